import type { Ref } from 'preact';
import { TEXT } from '../text.ts';
import { Field } from './field.tsx';

/** Longer than any code; a whole letter pasted by mistake is not sent. */
const CODE_LENGTH_MAX = 64;

type CodeFieldProps = {
  readonly value: string;
  readonly wrong: boolean;
  readonly input: Ref<HTMLInputElement>;
  readonly hint?: string;
  /** What the keyboard's own key does then. */
  readonly enter: 'done' | 'next';
  readonly onInput: (text: string) => void;
};

/** An operator's one-time code. */
export function CodeField({ value, wrong, input, enter, onInput, ...rest }: CodeFieldProps) {
  return (
    <Field
      label={TEXT.security.wait.code}
      wrong={wrong ? TEXT.security.wait.codeWrong : null}
      {...rest}
    >
      {(ties) => (
        <input
          {...ties}
          ref={input}
          type="text"
          autocomplete="one-time-code"
          autocapitalize="off"
          spellcheck={false}
          enterkeyhint={enter}
          maxLength={CODE_LENGTH_MAX}
          value={value}
          onInput={(event) => {
            onInput(event.currentTarget.value);
          }}
        />
      )}
    </Field>
  );
}
