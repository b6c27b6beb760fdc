import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { readMsisdn } from '../msisdn.ts';
import { go } from '../route.ts';
import { unlockPin } from '../security-api.ts';
import { forgetSession, session } from '../session.ts';
import { TEXT } from '../text.ts';
import { Field } from '../parts/field.tsx';
import { NewPin } from '../parts/new-pin.tsx';
import { type Failure, Refusal } from '../parts/refusal.tsx';
import { Screen } from '../parts/screen.tsx';

/** Longer than any code; a whole letter pasted by mistake is not sent. */
const CODE_LENGTH_MAX = 64;

type Asked = { readonly msisdn: string; readonly code: string };

/** A locked or forgotten PIN: an operator's code and a new PIN. Needs no sign-in. */
export function Unlock() {
  const asked = useSignal<Asked>({ msisdn: session.peek()?.customer.msisdn ?? '', code: '' });
  const choosing = useSignal(false);
  const failure = useSignal<Failure | null>(null);
  const unlock = async (newPin: string): Promise<void> => {
    const answer = await unlockPin({ ...asked.peek(), newPin });
    if (answer.kind === 'OK') {
      go({ screen: 'HOME' }, { replace: true });
      forgetSession('PIN_UNLOCKED');
      return;
    }
    failure.value = answer;
    choosing.value = false;
  };
  if (choosing.value) return <NewPin back={{ screen: 'HOME' }} present={null} onPin={unlock} />;
  return (
    <Screen title={TEXT.security.unlock.title} back={{ screen: 'HOME' }} layout="narrow">
      <p class="soft">{TEXT.security.unlock.lead}</p>
      <Refusal failure={failure.value} />
      <Form
        asked={asked.value}
        onAsk={(next) => {
          asked.value = next;
          failure.value = null;
          choosing.value = true;
        }}
      />
    </Screen>
  );
}

type FormProps = { readonly asked: Asked; readonly onAsk: (asked: Asked) => void };

function Form({ asked, onAsk }: FormProps) {
  const number = useSignal(asked.msisdn === '' ? '' : `+${asked.msisdn}`);
  const code = useSignal(asked.code);
  const wrong = useSignal<'NUMBER' | 'CODE' | null>(null);
  const inputs = { NUMBER: useRef<HTMLInputElement>(null), CODE: useRef<HTMLInputElement>(null) };
  const submit = (event: Event): void => {
    event.preventDefault();
    const msisdn = readMsisdn(number.value);
    const typed = code.value.trim();
    wrong.value = msisdn === null ? 'NUMBER' : typed === '' ? 'CODE' : null;
    if (wrong.value !== null) inputs[wrong.value].current?.focus();
    else onAsk({ msisdn: msisdn ?? '', code: typed });
  };
  return (
    <form class="typing" onSubmit={submit} noValidate>
      <Field
        label={TEXT.signIn.phone}
        hint={TEXT.signIn.phoneHint}
        wrong={wrong.value === 'NUMBER' ? TEXT.signIn.phoneWrong : null}
      >
        {(ties) => (
          <input
            {...ties}
            ref={inputs.NUMBER}
            type="tel"
            inputMode="tel"
            autocomplete="tel"
            value={number.value}
            onInput={(event) => {
              number.value = event.currentTarget.value;
            }}
          />
        )}
      </Field>
      <Field
        label={TEXT.security.wait.code}
        wrong={wrong.value === 'CODE' ? TEXT.security.wait.codeWrong : null}
      >
        {(ties) => (
          <input
            {...ties}
            ref={inputs.CODE}
            type="text"
            autocomplete="one-time-code"
            autocapitalize="off"
            spellcheck={false}
            enterkeyhint="next"
            maxLength={CODE_LENGTH_MAX}
            value={code.value}
            onInput={(event) => {
              code.value = event.currentTarget.value;
            }}
          />
        )}
      </Field>
      <button type="submit" class="button" data-kind="primary" data-size="large" data-wide>
        {TEXT.security.unlock.next}
      </button>
    </form>
  );
}
