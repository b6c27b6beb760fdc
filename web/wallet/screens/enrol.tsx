import type { DeviceJson } from '@seqr-ups/contract';
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import {
  askFailure,
  askToBeLetIn,
  devices,
  enrol,
  ownDevice,
  putOff,
  refreshDevices,
  wasLetIn,
} from '../device.ts';
import { unfinished } from '../purchases.ts';
import { go, route } from '../route.ts';
import { TEXT } from '../text.ts';
import { CheckDigits } from '../parts/check-digits.tsx';
import { CodeField } from '../parts/code-field.tsx';
import { Countdown } from '../parts/countdown.tsx';
import { Outcome } from '../parts/outcome.tsx';
import { PrimaryButton } from '../parts/primary-button.tsx';
import { type Failure, Refusal } from '../parts/refusal.tsx';
import { Notice, Screen } from '../parts/screen.tsx';
import { Section } from '../parts/section.tsx';
import '../security.css';

/** How often the server is asked whether this device was let in meanwhile. */
const LOOK_MS = 3_000;

/** This device waits to be let in: by another device of the customer, or by an operator's code. */
export function Enrol() {
  const own = ownDevice.value;
  useLooking(own.state === 'PENDING' || own.state === 'UNKNOWN');
  if (own.state === 'ACTIVE') return <LetIn />;
  const others = (devices.value ?? []).some(({ state }) => state === 'ACTIVE');
  return (
    <Screen title={TEXT.security.wait.title} layout="narrow">
      {wasLetIn.value ? (
        <Notice tone="wait" icon="info">
          {TEXT.security.wait.again}
        </Notice>
      ) : (
        <p class="soft">{TEXT.security.wait.lead}</p>
      )}
      {own.state === 'UNABLE' ? (
        <Notice tone="bad" icon="warning" title={TEXT.security.wait.unableTitle}>
          {TEXT.security.wait.unable}
        </Notice>
      ) : (
        <>
          {others ? <ByDevice /> : null}
          {devices.value === null ? null : <ByCode alone={!others} />}
        </>
      )}
      <button
        type="button"
        class="button"
        data-kind="quiet"
        data-wide
        onClick={() => {
          putOff.value = true;
          if (route.peek().screen === 'ENROL') go({ screen: 'HOME' }, { replace: true });
        }}
      >
        {TEXT.security.later}
      </button>
    </Screen>
  );
}

/** While it waits, and when the customer comes back from the other phone. */
function useLooking(on: boolean): void {
  useEffect(() => {
    const look = (): void => {
      if (on && !document.hidden) void refreshDevices();
    };
    const timer = window.setInterval(look, LOOK_MS);
    document.addEventListener('visibilitychange', look);
    if (devices.peek() === null) void refreshDevices();
    return () => {
      window.clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [on]);
}

/** Another device of the customer is there to let this one in. */
function ByDevice() {
  const own = ownDevice.value;
  if (own.state === 'PENDING') return <Digits device={own.device} />;
  if (own.state !== 'ABSENT') return <p class="soft">{TEXT.loading}</p>;
  return (
    <>
      {askFailure.value === null ? (
        <Notice tone="wait" icon="info">
          {TEXT.security.wait.gone}
        </Notice>
      ) : (
        <Refusal failure={askFailure.value} />
      )}
      <button
        type="button"
        class="button"
        data-kind="primary"
        data-wide
        onClick={() => void askToBeLetIn()}
      >
        {TEXT.security.wait.ask}
      </button>
    </>
  );
}

function Digits({ device }: { readonly device: DeviceJson }) {
  return (
    <section class="card check" aria-label={TEXT.security.wait.digits}>
      <p class="check-label">{TEXT.security.wait.digits}</p>
      <CheckDigits digits={device.check ?? ''} />
      <p>{TEXT.security.wait.how}</p>
      <ol class="check-steps">
        <li>{TEXT.security.wait.steps.open}</li>
        <li>{TEXT.security.wait.steps.touch}</li>
        <li>{TEXT.security.wait.steps.compare}</li>
      </ol>
      {device.expiresAt === null ? null : (
        <Countdown
          deadline={device.expiresAt}
          since={device.createdAt}
          words={TEXT.security.wait.left}
          onEnd={() => void refreshDevices()}
        />
      )}
      <p class="small soft">{TEXT.security.wait.waiting}</p>
    </section>
  );
}

/** `alone`: there is no other device that could let this one in. */
function ByCode({ alone }: { readonly alone: boolean }) {
  const typed = useSignal('');
  const wrong = useSignal(false);
  const busy = useSignal(false);
  const failure = useSignal<Failure | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (busy.value) return;
    const code = typed.value.trim();
    failure.value = null;
    wrong.value = code === '';
    if (wrong.value) {
      input.current?.focus();
      return;
    }
    busy.value = true;
    const answer = await enrol(code);
    if (answer.kind !== 'OK') failure.value = answer;
    busy.value = false;
  };
  return (
    <Section title={alone ? TEXT.security.wait.codeFirst : TEXT.security.wait.codeTitle}>
      <form class="typing" onSubmit={(event) => void submit(event)} noValidate>
        <CodeField
          value={typed.value}
          hint={TEXT.security.wait.codeLead}
          wrong={wrong.value}
          input={input}
          enter="done"
          onInput={(text) => {
            typed.value = text;
            wrong.value = false;
          }}
        />
        <Refusal failure={failure.value} />
        <button
          type="submit"
          class="button"
          {...(alone && { 'data-kind': 'primary' })}
          data-wide
          aria-disabled={busy.value}
        >
          {TEXT.security.wait.send}
        </button>
      </form>
    </Section>
  );
}

/** To the purchase that waits for this phone, if there is one. */
function goOn(): void {
  const purchase = unfinished.peek();
  go(purchase === null ? { screen: 'HOME' } : { screen: 'PURCHASE', id: purchase.id }, {
    replace: true,
  });
}

function LetIn() {
  return (
    <Outcome
      title={TEXT.security.wait.doneTitle}
      detail={TEXT.security.wait.done}
      tone="good"
      icon="check"
      actions={<PrimaryButton onClick={goOn}>{TEXT.done}</PrimaryButton>}
    />
  );
}
