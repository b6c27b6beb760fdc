import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { readMsisdn } from '../msisdn.ts';
import { go } from '../route.ts';
import { unlockPin } from '../security-api.ts';
import { forgetSession, session } from '../session.ts';
import { TEXT } from '../text.ts';
import { CodeField } from '../parts/code-field.tsx';
import { NewPin } from '../parts/new-pin.tsx';
import { PhoneField } from '../parts/phone-field.tsx';
import { PrimaryButton } from '../parts/primary-button.tsx';
import { type Failure, Refusal } from '../parts/refusal.tsx';
import { Screen } from '../parts/screen.tsx';

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
      <PhoneField
        value={number.value}
        wrong={wrong.value === 'NUMBER'}
        input={inputs.NUMBER}
        onInput={(text) => {
          number.value = text;
        }}
      />
      <CodeField
        value={code.value}
        wrong={wrong.value === 'CODE'}
        input={inputs.CODE}
        enter="next"
        onInput={(text) => {
          code.value = text;
        }}
      />
      <PrimaryButton type="submit">{TEXT.security.unlock.next}</PrimaryButton>
    </form>
  );
}
