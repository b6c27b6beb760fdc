import type { PanelMachineJson } from '@seqr-ups/contract';
import { parseQr } from '@seqr-ups/contract';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { walletUrl } from '../machines.ts';
import { TEXT } from '../text.ts';
import { LargeCode } from './large-code.tsx';
import { QrCode } from './qr-code.tsx';

/** How long "Copied" stands on the button. */
const COPIED_MS = 2_000;

type StickerProps = { readonly machine: PanelMachineJson };

/**
 * The code as it sticks on the machine: whose it is, where it stands, and the short form that can
 * be typed. It can be shown as large as the screen, for a phone across the room.
 */
export function Sticker({ machine }: StickerProps) {
  const large = useSignal(false);
  const { qr, name, place, state } = machine;
  const short = shortForm(qr);
  const label = `${TEXT.code}: ${short}`;
  useEffect(() => {
    // Whoever has scanned it wants to see the machine.
    if (state !== 'IDLE') large.value = false;
  }, [state]);
  return (
    <>
      <figure class="sticker">
        <QrCode text={qr} label={label} />
        <figcaption>
          <span class="sticker-place">
            <strong>{name}</strong>
            {place === null ? null : <span>{place}</span>}
          </span>
          <strong class="sticker-call">{TEXT.code}</strong>
          <span class="sticker-typed">
            {TEXT.typed} <b class="figures">{short}</b>
          </span>
        </figcaption>
        <div class="sticker-acts">
          <button
            type="button"
            class="sticker-act"
            onClick={() => {
              large.value = true;
            }}
          >
            {TEXT.large}
          </button>
          <Copy text={qr} />
        </div>
        {walletUrl.value === null || state !== 'IDLE' ? null : (
          <a class="sticker-link" href={walletUrl.value + linkPath(qr)} target="seqr-wallet">
            {TEXT.payHere}
          </a>
        )}
      </figure>
      {large.value ? (
        <LargeCode
          machine={machine}
          short={short}
          onClose={() => {
            large.value = false;
          }}
        />
      ) : null}
    </>
  );
}

function Copy({ text }: { readonly text: string }) {
  const copied = useSignal(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    copied.value = true;
    window.setTimeout(() => {
      copied.value = false;
    }, COPIED_MS);
  };
  return (
    <button type="button" class="sticker-act" onClick={() => void copy()}>
      <span role="status">{copied.value ? TEXT.copied : TEXT.copy}</span>
    </button>
  );
}

/** What can be typed instead of the code: merchant and machine. */
function shortForm(qr: string): string {
  const target = parseQr(qr);
  return target?.kind === 'MACHINE' ? `${target.merchantId} ${target.token}` : qr;
}

/** Where the code leads on whichever host the wallet is. */
function linkPath(qr: string): string {
  const url = URL.parse(qr);
  return url === null ? '/' : url.pathname + url.search;
}
