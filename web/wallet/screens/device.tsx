import type { DeviceJson } from '@seqr-ups/contract';
import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { clockTime } from '../dates.ts';
import { devices, ownDevice, refreshDevices, signAct, signEnrolment } from '../device.ts';
import { go } from '../route.ts';
import { admitDevice, removeDevice } from '../security-api.ts';
import { TEXT } from '../text.ts';
import { CheckDigits } from '../parts/check-digits.tsx';
import { HomeButton } from '../parts/home-button.tsx';
import { Outcome } from '../parts/outcome.tsx';
import { PinPad } from '../parts/pin-pad.tsx';
import { PrimaryButton } from '../parts/primary-button.tsx';
import { type Failure, leadsAway, Refusal } from '../parts/refusal.tsx';
import { Notice, Screen } from '../parts/screen.tsx';
import '../security.css';

/** What the customer decided about a device that waits. */
type Decision = 'LET_IN' | 'REFUSE';

/** Another device waits to be let in by this one: look, compare, decide, PIN. */
export function Device({ id }: { readonly id: string }) {
  useEffect(() => {
    void refreshDevices();
  }, [id]);
  const found = (devices.value ?? []).find((device) => device.id === id) ?? null;
  // Decided, or gone meanwhile: the words are still about the device that was here.
  const seen = useMemo(() => ({ device: found }), [id]);
  if (found?.state === 'PENDING') seen.device = found;
  const decided = useSignal<Decision | null>(null);
  const done = useSignal<Decision | null>(null);
  if (done.value !== null) return <Done decision={done.value} name={seen.device?.name ?? ''} />;
  if (devices.value === null) return <Looking />;
  if (found?.state !== 'PENDING') return <Gone />;
  return decided.value === null ? (
    <Look
      device={found}
      decide={(decision) => {
        decided.value = decision;
      }}
    />
  ) : (
    <Confirm
      device={found}
      decision={decided.value}
      back={() => {
        decided.value = null;
      }}
      onDone={(decision) => {
        done.value = decision;
        void refreshDevices();
      }}
    />
  );
}

function Looking() {
  return (
    <Screen title={TEXT.loading} back={{ screen: 'HOME' }} layout="narrow">
      <span />
    </Screen>
  );
}

type LookProps = {
  readonly device: DeviceJson;
  readonly decide: (decision: Decision) => void;
};

function Look({ device, decide }: LookProps) {
  const able = ownDevice.value.state === 'ACTIVE';
  return (
    <Screen title={TEXT.security.approve.title} back={{ screen: 'HOME' }} layout="narrow">
      <p>{TEXT.security.approve.asks(device.name, clockTime(device.createdAt))}</p>
      <section class="card check" aria-label={TEXT.security.approve.compare}>
        <p class="check-label">{TEXT.security.approve.compare}</p>
        <CheckDigits digits={device.check ?? ''} />
      </section>
      <Notice tone="wait" icon="warning">
        {able ? TEXT.security.approve.warning : TEXT.security.approve.notHere}
      </Notice>
      {able ? (
        <div class="actions">
          <PrimaryButton
            onClick={() => {
              decide('LET_IN');
            }}
          >
            {TEXT.security.approve.same}
          </PrimaryButton>
          <button
            type="button"
            class="button"
            data-wide
            onClick={() => {
              decide('REFUSE');
            }}
          >
            {TEXT.security.approve.other}
          </button>
        </div>
      ) : null}
    </Screen>
  );
}

type ConfirmProps = {
  readonly device: DeviceJson;
  readonly decision: Decision;
  readonly back: () => void;
  readonly onDone: (decision: Decision) => void;
};

function Confirm({ device, decision, back, onDone }: ConfirmProps) {
  const failure = useSignal<Failure | null>(null);
  const title = decision === 'LET_IN' ? TEXT.security.approve.pinIn : TEXT.security.approve.pinOut;
  const send = async (pin: string): Promise<void> => {
    failure.value = null;
    const answer =
      decision === 'LET_IN'
        ? await admitDevice(device.id, { pin, device: await signEnrolment(device) })
        : await removeDevice(device.id, { pin, device: await signAct('REMOVE_DEVICE', device.id) });
    if (answer.kind === 'OK') onDone(decision);
    else failure.value = answer;
  };
  return (
    <Screen title={title} layout="pin">
      <p class="pin-for soft">{device.name}</p>
      <Refusal failure={failure.value} />
      {leadsAway(failure.value) ? null : <PinPad label={title} onPin={send} />}
      <button type="button" class="button" data-kind="quiet" onClick={back}>
        {TEXT.security.approve.back}
      </button>
    </Screen>
  );
}

type DoneProps = { readonly decision: Decision; readonly name: string };

function Done({ decision, name }: DoneProps) {
  const isIn = decision === 'LET_IN';
  return (
    <Outcome
      title={isIn ? TEXT.security.approve.letInTitle : TEXT.security.approve.refusedTitle}
      detail={isIn ? TEXT.security.approve.letIn(name) : TEXT.security.approve.refused(name)}
      tone={isIn ? 'good' : 'plain'}
      icon={isIn ? 'check' : 'cross'}
      actions={
        <>
          {isIn ? null : <ToPin />}
          <HomeButton />
        </>
      }
    />
  );
}

function Gone() {
  return (
    <Outcome
      title={TEXT.security.approve.goneTitle}
      detail={TEXT.security.approve.gone}
      tone="plain"
      icon="info"
      actions={<HomeButton />}
    />
  );
}

/** Whoever signed in with the PIN knows it. */
function ToPin() {
  return (
    <PrimaryButton
      onClick={() => {
        go({ screen: 'PIN' }, { replace: true });
      }}
    >
      {TEXT.security.pin.open}
    </PrimaryButton>
  );
}
