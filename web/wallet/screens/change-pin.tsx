import { useSignal } from '@preact/signals';
import { signAct } from '../device.ts';
import { go } from '../route.ts';
import { changePin } from '../security-api.ts';
import { forgetSession, session } from '../session.ts';
import { TEXT } from '../text.ts';
import { NewPin } from '../parts/new-pin.tsx';
import { PinPad } from '../parts/pin-pad.tsx';
import { type Failure, leadsAway, Refusal } from '../parts/refusal.tsx';
import { Screen } from '../parts/screen.tsx';

/** The present PIN, a new one twice; then every session ends and the customer signs in anew. */
export function ChangePin() {
  const present = useSignal<string | null>(null);
  const failure = useSignal<Failure | null>(null);
  const change = async (fresh: string): Promise<void> => {
    const device = await signAct('CHANGE_PIN', session.peek()?.customer.msisdn ?? '');
    const answer = await changePin({ pin: present.peek() ?? '', device }, fresh);
    if (answer.kind === 'OK') {
      go({ screen: 'HOME' }, { replace: true });
      forgetSession('PIN_CHANGED');
      return;
    }
    failure.value = answer;
    present.value = null;
  };
  if (present.value !== null) {
    return <NewPin back={{ screen: 'SECURITY' }} present={present.value} onPin={change} />;
  }
  return (
    <Screen title={TEXT.security.pin.present} back={{ screen: 'SECURITY' }} layout="pin">
      <Refusal failure={failure.value} />
      {leadsAway(failure.value) ? null : (
        <PinPad
          label={TEXT.security.pin.present}
          onPin={async (pin) => {
            failure.value = null;
            present.value = pin;
          }}
        />
      )}
    </Screen>
  );
}
