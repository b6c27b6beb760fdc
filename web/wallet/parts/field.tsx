import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { Notice } from './screen.tsx';

/** What ties an input to its label and its hint; spread it on the input. */
export type FieldTies = {
  readonly id: string;
  readonly 'aria-describedby'?: string;
  readonly 'aria-invalid': boolean;
};

type FieldProps = {
  readonly label: string;
  readonly hint?: string;
  /** What is wrong with what was typed; null while nothing is. */
  readonly wrong?: string | null;
  readonly children: (ties: FieldTies) => ComponentChildren;
};

/** A label, an input, a hint, and what is wrong with it. */
export function Field({ label, hint, wrong = null, children }: FieldProps) {
  const id = useId();
  const hintId = `${id}-hint`;
  const described = hint === undefined ? {} : { 'aria-describedby': hintId };
  return (
    <>
      <div class="field">
        <label for={id}>{label}</label>
        {children({ id, ...described, 'aria-invalid': wrong !== null })}
        {hint === undefined ? null : (
          <p id={hintId} class="small soft">
            {hint}
          </p>
        )}
      </div>
      {wrong === null ? null : (
        <Notice tone="bad" icon="warning">
          {wrong}
        </Notice>
      )}
    </>
  );
}
