import { useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Icon } from '../../design/icon.tsx';
import { TEXT } from '../text.ts';

/** PINs have four digits; the last one sends, so that nobody looks for a button. */
const PIN_LENGTH = 4;
const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;

type PinPadProps = {
  /** What the PIN is for, in words. */
  readonly label: string;
  readonly disabled?: boolean;
  /** Called with the whole PIN; the digits stay covered until it settles, then are forgotten. */
  readonly onPin: (pin: string) => Promise<void>;
};

/**
 * A keypad of our own: no input field, so no password manager, suggestion or autofill learns the
 * PIN. A keyboard's digits and Backspace work anywhere on the screen.
 */
export function PinPad({ label, disabled = false, onPin }: PinPadProps) {
  const digits = useSignal('');
  const busy = useSignal(false);
  const off = disabled || busy.value;
  const press = (key: string): void => {
    if (disabled || busy.value) return;
    digits.value = (digits.value + key).slice(0, PIN_LENGTH);
    if (digits.value.length < PIN_LENGTH) return;
    busy.value = true;
    void onPin(digits.value).finally(() => {
      digits.value = '';
      busy.value = false;
    });
  };
  const erase = (): void => {
    if (!busy.value) digits.value = digits.value.slice(0, -1);
  };
  useKeyboard(press, erase);
  const count = digits.value.length;
  return (
    <div class="pin" role="group" aria-label={label}>
      <div class="pin-dots" data-busy={busy.value} aria-hidden="true">
        {Array.from({ length: PIN_LENGTH }, (_, index) => (
          <span key={index} data-filled={index < count} />
        ))}
      </div>
      <p class="sr-only" aria-live="polite">
        {count === 0 ? '' : TEXT.pin.entered(count, PIN_LENGTH)}
      </p>
      <div class="pin-keys" role="group" aria-label={TEXT.pin.pad}>
        {KEYS.map((key) => (
          <Key key={key} digit={key} off={off} press={press} />
        ))}
        <span />
        <Key digit="0" off={off} press={press} />
        <button
          type="button"
          class="pin-key pin-erase"
          aria-disabled={off || count === 0}
          aria-label={TEXT.pin.erase}
          onClick={erase}
        >
          <Icon name="erase" />
        </button>
      </div>
    </div>
  );
}

type KeyProps = {
  readonly digit: string;
  readonly off: boolean;
  readonly press: (digit: string) => void;
};

/**
 * `aria-disabled`, not `disabled`: a key that loses the focus while a PIN is sent would lose the
 * reader.
 */
function Key({ digit, off, press }: KeyProps) {
  return (
    <button
      type="button"
      class="pin-key"
      aria-disabled={off}
      onClick={() => {
        press(digit);
      }}
    >
      {digit}
    </button>
  );
}

function useKeyboard(press: (digit: string) => void, erase: () => void): void {
  const latest = useRef({ press, erase });
  latest.current = { press, erase };
  // Before the screen is painted: a digit typed at once must not be lost.
  useLayoutEffect(() => {
    const heard = (event: KeyboardEvent): void => {
      const typing = event.target instanceof HTMLInputElement;
      if (typing || event.metaKey || event.ctrlKey || event.altKey) return;
      if (/^[0-9]$/u.test(event.key)) latest.current.press(event.key);
      else if (event.key === 'Backspace') latest.current.erase();
      else return;
      event.preventDefault();
    };
    document.addEventListener('keydown', heard);
    return () => {
      document.removeEventListener('keydown', heard);
    };
  }, []);
}
