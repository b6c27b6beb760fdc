import type { Ref } from 'preact';
import { TEXT } from '../text.ts';
import { Field } from './field.tsx';

type PhoneFieldProps = {
  readonly value: string;
  readonly wrong: boolean;
  readonly input: Ref<HTMLInputElement>;
  readonly onInput: (text: string) => void;
};

/** A phone number with its country code. */
export function PhoneField({ value, wrong, input, onInput }: PhoneFieldProps) {
  return (
    <Field
      label={TEXT.signIn.phone}
      hint={TEXT.signIn.phoneHint}
      wrong={wrong ? TEXT.signIn.phoneWrong : null}
    >
      {(ties) => (
        <input
          {...ties}
          ref={input}
          type="tel"
          inputMode="tel"
          autocomplete="tel"
          value={value}
          onInput={(event) => {
            onInput(event.currentTarget.value);
          }}
        />
      )}
    </Field>
  );
}
