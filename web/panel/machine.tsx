import type { PanelMachineJson } from '@seqr-ups/contract';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Icon } from '../design/icon.tsx';
import { useHappening } from './happening.ts';
import { finish, seen, select, watchMachine } from './machines.ts';
import { Display } from './parts/display.tsx';
import { Shelf } from './parts/shelf.tsx';
import { Sticker } from './parts/sticker.tsx';
import { Tray } from './parts/tray.tsx';
import { pageAddress, TEXT } from './text.ts';

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
        <a class="back" href={pageAddress('/')}>
          <Icon name="back" />
          {TEXT.back}
        </a>
      </header>
      {now.kind === 'SEEN' ? (
        <Cabinet machine={now.machine} online={now.online} />
      ) : (
        <main>
          <h1>
            {now.kind === 'UNKNOWN'
              ? TEXT.unknown
              : now.kind === 'LOST'
                ? TEXT.offline
                : TEXT.loading}
          </h1>
          {now.kind === 'LOST' ? <p role="status">{TEXT.offlineNote}</p> : null}
        </main>
      )}
    </div>
  );
}

type CabinetProps = { readonly machine: PanelMachineJson; readonly online: boolean };

/**
 * The whole machine: its sign, what it sells behind glass, display and door, the code, and where
 * the customer's hand takes things out.
 */
function Cabinet({ machine, online }: CabinetProps) {
  const pressed = useSignal<number | null>(null);
  const failed = useSignal(false);
  const happening = useHappening(machine, pressed.value);
  const { token, name, place, face } = machine;
  const press = async (slot: number): Promise<void> => {
    pressed.value = slot;
    failed.value = (await select(token, slot)) === null;
    pressed.value = null;
  };
  return (
    <main class="cabinet" data-face={face} data-state={online ? machine.state : 'OFFLINE'}>
      <div class="nameplate">
        <h1>{name}</h1>
        <p>
          {place === null ? '' : `${place} · `}
          {TEXT.number(token)}
        </p>
      </div>
      <section class="screen" aria-label={TEXT.session}>
        <Display machine={machine} online={online} failed={failed.value} />
        <State machine={machine} online={online} />
      </section>
      <Shelf
        machine={machine}
        seen={happening}
        online={online}
        onSelect={(slot) => void press(slot)}
      />
      <Sticker machine={machine} />
      <Tray face={face} seen={happening} busy={machine.state === 'VENDING'} />
    </main>
  );
}

/** Lamp, door and the button that ends the session. */
function State({ machine, online }: CabinetProps) {
  if (!online) {
    return (
      <p class="lamp-line" role="alert">
        <span class="lamp" aria-hidden="true" />
        <span>
          <strong>{TEXT.offline}.</strong> {TEXT.offlineNote}
        </span>
      </p>
    );
  }
  // Without contact nobody knows whether the door is open, so nothing is said of it.
  const open = machine.state === 'UNLOCKED' || machine.state === 'VENDING';
  return (
    <>
      <p class="lamp-line">
        <span class="lamp" aria-hidden="true" />
        {TEXT.states[machine.state]}
      </p>
      <div class="door-row">
        <p class="door" data-open={open}>
          <Icon name={open ? 'unlocked' : 'locked'} />
          <span class="sr-only">{TEXT.door}: </span>
          {open ? TEXT.open : TEXT.locked}
        </p>
        <FinishButton machine={machine} />
      </div>
    </>
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
