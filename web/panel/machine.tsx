import type { PanelMachineJson } from '@seqr-ups/contract';
import { parseQr } from '@seqr-ups/contract';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Icon } from '../design/icon.tsx';
import { clockText, secondsUntil, serverTime } from '../design/server-clock.ts';
import { finish, seen, select, watchMachine } from './machines.ts';
import { QrCode } from './parts/qr-code.tsx';
import { Shelf } from './parts/shelf.tsx';
import { Tray } from './parts/tray.tsx';
import { STATE_WORDS, TEXT } from './text.ts';

/** How long "Copied" stands on the button. */
const COPIED_MS = 2_000;

/** The page of one machine. */
export function MachinePage({ token }: { readonly token: string }) {
  useEffect(() => watchMachine(token), [token]);
  const now = seen.value;
  const title = now.kind === 'SEEN' ? now.machine.name : TEXT.fleet;
  useEffect(() => {
    document.title = `${title} ${token}`;
  }, [title]);
  return (
    <div class="page page-machine">
      <header class="page-head">
        <a class="back" href="/">
          <Icon name="back" />
          {TEXT.back}
        </a>
      </header>
      {now.kind === 'SEEN' ? (
        <Cabinet machine={now.machine} online={now.online} />
      ) : (
        <main>
          <h1>{now.kind === 'UNKNOWN' ? TEXT.unknown : TEXT.loading}</h1>
        </main>
      )}
    </div>
  );
}

type CabinetProps = { readonly machine: PanelMachineJson; readonly online: boolean };

/**
 * The machine's front: glass on one side, display, code and buttons on the other, the tray below.
 */
function Cabinet({ machine, online }: CabinetProps) {
  const pressed = useSignal<number | null>(null);
  const failure = useSignal(false);
  const { token, name, place } = machine;
  const press = async (slot: number): Promise<void> => {
    pressed.value = slot;
    failure.value = (await select(token, slot)) === null;
    pressed.value = null;
  };
  return (
    <main class="cabinet" data-state={online ? machine.state : 'OFFLINE'}>
      <div class="nameplate">
        <h1>{name}</h1>
        <p>
          {place === null ? '' : `${place} · `}
          {TEXT.number(token)}
        </p>
      </div>
      <section class="glass" aria-label={TEXT.products}>
        <Shelf
          machine={machine}
          pressed={pressed.value}
          onSelect={(slot) => {
            void press(slot);
          }}
        />
      </section>
      <section class="screen" aria-label={TEXT.session}>
        <Display machine={machine} online={online} failed={failure.value} />
        {/* Without contact nobody knows whether the door is open, so nothing is said of it. */}
        {online ? (
          <div class="door-row">
            <Door machine={machine} />
            <FinishButton machine={machine} />
          </div>
        ) : null}
      </section>
      <Sticker qr={machine.qr} />
      <Tray machine={machine} />
    </main>
  );
}

type DisplayProps = CabinetProps & { readonly failed: boolean };

/** The small screen: the machine's own words, its state, and the time that is left. */
function Display({ machine, online, failed }: DisplayProps) {
  const words = online ? (failed ? TEXT.failed : machine.display) : TEXT.offline;
  const deadline = machine.session?.deadline;
  return (
    <div class="display">
      <p class="display-words" role="status">
        {words}
      </p>
      <p class="display-state">
        <span class="lamp" aria-hidden="true" />
        {online ? STATE_WORDS[machine.state] : TEXT.offlineNote}
        {deadline === undefined || !online ? null : <Left deadline={deadline} />}
      </p>
    </div>
  );
}

function Left({ deadline }: { readonly deadline: string }) {
  const left = clockText(secondsUntil(deadline, serverTime.value));
  return (
    <span class="display-left figures" role="timer">
      {left} {TEXT.left}
    </span>
  );
}

function Door({ machine }: { readonly machine: PanelMachineJson }) {
  const open = machine.state === 'UNLOCKED' || machine.state === 'VENDING';
  return (
    <p class="door" data-open={open}>
      <Icon name={open ? 'unlocked' : 'locked'} />
      <span class="sr-only">{TEXT.door}: </span>
      {open ? TEXT.open : TEXT.locked}
    </p>
  );
}

/** The code as it sticks on the machine, with the short form that can be typed. */
function Sticker({ qr }: { readonly qr: string }) {
  const copied = useSignal(false);
  const target = parseQr(qr);
  const short = target?.kind === 'MACHINE' ? `${target.merchantId} ${target.token}` : qr;
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(qr);
    copied.value = true;
    window.setTimeout(() => {
      copied.value = false;
    }, COPIED_MS);
  };
  return (
    <figure class="sticker">
      <QrCode text={qr} label={`${TEXT.code}: ${short}`} />
      <figcaption>
        <strong>{TEXT.code}</strong>
        <span>
          {TEXT.typed} <b class="figures">{short}</b>
        </span>
        <button type="button" class="sticker-copy" onClick={() => void copy()}>
          <span role="status">{copied.value ? TEXT.copied : TEXT.copy}</span>
        </button>
      </figcaption>
    </figure>
  );
}

function FinishButton({ machine }: { readonly machine: PanelMachineJson }) {
  const busy = useSignal(false);
  if (machine.session === null) return null;
  const press = async (): Promise<void> => {
    busy.value = true;
    await finish(machine.token);
    busy.value = false;
  };
  const off = busy.value || machine.state !== 'UNLOCKED';
  return (
    <button type="button" class="button finish" disabled={off} onClick={() => void press()}>
      {busy.value ? TEXT.finishing : TEXT.finish}
    </button>
  );
}
