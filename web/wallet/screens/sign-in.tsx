import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { Icon } from '../../design/icon.tsx';
import { signIn } from '../api.ts';
import { signSignIn } from '../device.ts';
import { readMsisdn } from '../msisdn.ts';
import { opening } from '../opening.ts';
import { beginSession, sessionEnd } from '../session.ts';
import { explained } from '../endings.ts';
import { TEXT } from '../text.ts';
import { codePlace } from '../parts/code-card.tsx';
import { PhoneField } from '../parts/phone-field.tsx';
import { PinPad } from '../parts/pin-pad.tsx';
import { PrimaryButton } from '../parts/primary-button.tsx';
import { LinkTo, Notice, Screen } from '../parts/screen.tsx';

/** Phone number, then PIN. Whatever screen was asked for comes afterwards. */
export function SignIn() {
  const number = useSignal<string | null>(null);
  const failure = useSignal<string | null>(null);
  return number.value === null ? (
    <NumberStep
      onNumber={(msisdn) => {
        failure.value = null;
        number.value = msisdn;
      }}
    />
  ) : (
    <Screen title={TEXT.signIn.pinTitle} layout="pin" saysOffline>
      <p class="pin-for soft">{TEXT.signIn.pinLead(number.value)}</p>
      {failure.value === null ? null : (
        <Notice tone="bad" icon="warning">
          {failure.value}
        </Notice>
      )}
      <PinPad
        label={TEXT.signIn.pinTitle}
        onPin={async (pin) => {
          failure.value = null;
          failure.value = await trySignIn(number.value ?? '', pin);
        }}
      />
      <button
        type="button"
        class="button"
        data-kind="quiet"
        onClick={() => {
          number.value = null;
        }}
      >
        {TEXT.signIn.otherNumber}
      </button>
      <LinkTo to={{ screen: 'UNLOCK' }} class="button" kind="quiet">
        {TEXT.security.unlock.open}
      </LinkTo>
    </Screen>
  );
}

/** Null when it worked, else what to tell the customer. */
async function trySignIn(msisdn: string, pin: string): Promise<string | null> {
  const answer = await signIn(msisdn, pin, await signSignIn(msisdn));
  if (answer.kind === 'LOST') return TEXT.signIn.lost;
  if (answer.kind === 'PROBLEM') {
    const { code } = answer.problem;
    return code === 'UNAUTHORIZED' ? TEXT.signIn.failed : explained(code).detail;
  }
  beginSession(answer.value);
  return null;
}

function NumberStep({ onNumber }: { readonly onNumber: (msisdn: string) => void }) {
  const typed = useSignal('');
  const wrong = useSignal(false);
  const input = useRef<HTMLInputElement>(null);
  const submit = (event: Event): void => {
    event.preventDefault();
    const msisdn = readMsisdn(typed.value);
    wrong.value = msisdn === null;
    if (msisdn === null) input.current?.focus();
    else onNumber(msisdn);
  };
  return (
    <Screen title={TEXT.product} heading={<Wordmark />} layout="sign-in">
      <div class="hero">
        <p class="hero-title">{TEXT.signIn.title}</p>
        <p>{TEXT.signIn.lead}</p>
      </div>
      <form onSubmit={submit} noValidate>
        <Context />
        <PhoneField
          value={typed.value}
          wrong={wrong.value}
          input={input}
          onInput={(text) => {
            typed.value = text;
          }}
        />
        <PrimaryButton type="submit">
          {TEXT.signIn.next}
          <Icon name="forward" />
        </PrimaryButton>
      </form>
    </Screen>
  );
}

/** Why sign-in is asked for just now. */
function Context() {
  if (opening.value !== null) {
    return (
      <Notice tone="good" icon="machine">
        {TEXT.signIn.first(codePlace(opening.value.code))}
      </Notice>
    );
  }
  const why = sessionEnd.value;
  if (why === null || why === 'BY_CUSTOMER') return null;
  if (why !== 'BY_SERVER') {
    return (
      <Notice tone="good" icon="check">
        {TEXT.security.signedOut[why]}
      </Notice>
    );
  }
  const { title, detail } = explained('UNAUTHORIZED');
  return (
    <Notice tone="wait" icon="info" title={title}>
      {detail}
    </Notice>
  );
}

/** The name of the product as it stands on the machines. */
export function Wordmark() {
  return <span class="wordmark">{TEXT.product}</span>;
}
