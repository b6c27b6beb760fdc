import type { PanelMachineJson } from '@seqr-ups/contract';
import { useEffect, useRef } from 'preact/hooks';
import { Icon } from '../../design/icon.tsx';
import { TEXT } from '../text.ts';
import { QrCode } from './qr-code.tsx';

type LargeCodeProps = {
  readonly machine: PanelMachineJson;
  /** What can be typed instead. */
  readonly short: string;
  readonly onClose: () => void;
};

/** The code on a white screen of its own, which does not go dark meanwhile. */
export function LargeCode({ machine, short, onClose }: LargeCodeProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const { qr, name, place } = machine;
  useEffect(() => {
    dialog.current?.showModal();
    return keepAwake();
  }, []);
  return (
    <dialog
      ref={dialog}
      class="code-large"
      aria-label={`${TEXT.code}: ${name}`}
      onClose={onClose}
      onClick={() => dialog.current?.close()}
    >
      <QrCode text={qr} label={`${TEXT.code}: ${short}`} />
      <div class="code-large-words">
        <strong>{name}</strong>
        {place === null ? null : <span>{place}</span>}
        <span>
          {TEXT.code}, {TEXT.typed} <b class="figures">{short}</b>
        </span>
        <button type="button" class="sticker-act">
          <Icon name="cross" />
          {TEXT.close}
        </button>
      </div>
    </dialog>
  );
}

/** Keeps the screen lit, where the browser can; the answer lets it sleep again. */
function keepAwake(): () => void {
  let lock: WakeLockSentinel | null = null;
  let over = false;
  const ask = async (): Promise<void> => {
    // It is lost whenever the page is hidden, and must be asked for anew.
    if (document.visibilityState !== 'visible' || !('wakeLock' in navigator)) return;
    try {
      lock = await navigator.wakeLock.request('screen');
      if (over) await lock.release();
    } catch {
      // Battery saving, or not allowed here: the code is shown all the same.
    }
  };
  const again = (): void => void ask();
  document.addEventListener('visibilitychange', again);
  again();
  return () => {
    over = true;
    document.removeEventListener('visibilitychange', again);
    void lock?.release();
  };
}
