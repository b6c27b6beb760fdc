import { isEasyPin } from '@seqr-ups/contract';
import { useSignal } from '@preact/signals';
import type { Route } from '../route.ts';
import { TEXT } from '../text.ts';
import { PinPad } from './pin-pad.tsx';
import { Notice, Screen } from './screen.tsx';

type NewPinProps = {
  readonly back: Route;
  /** The PIN that must not be chosen again; null where it is not known. */
  readonly present: string | null;
  /** Called with a PIN that was typed twice. */
  readonly onPin: (pin: string) => Promise<void>;
};

/** A new PIN, typed twice; one that is guessed first is not taken. */
export function NewPin({ back, present, onPin }: NewPinProps) {
  const chosen = useSignal<string | null>(null);
  const wrong = useSignal<string | null>(null);
  const first = chosen.value === null;
  const choose = async (pin: string): Promise<void> => {
    wrong.value = faultOf(pin, present);
    if (wrong.value === null) chosen.value = pin;
  };
  const repeat = async (pin: string): Promise<void> => {
    if (pin === chosen.value) return onPin(pin);
    chosen.value = null;
    wrong.value = TEXT.security.pin.differs;
    return undefined;
  };
  const title = first ? TEXT.security.pin.fresh : TEXT.security.pin.again;
  return (
    <Screen title={title} back={back} layout="pin">
      {first ? <p class="pin-for soft">{TEXT.security.pin.freshNote}</p> : null}
      {wrong.value === null ? null : (
        <Notice tone="bad" icon="warning">
          {wrong.value}
        </Notice>
      )}
      <PinPad key={title} label={title} onPin={first ? choose : repeat} />
    </Screen>
  );
}

function faultOf(pin: string, present: string | null): string | null {
  if (pin === present) return TEXT.security.pin.unchanged;
  return isEasyPin(pin) ? TEXT.security.pin.weak : null;
}
