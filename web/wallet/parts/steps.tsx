import { Icon } from '../../design/icon.tsx';

type StepsProps = {
  readonly label: string;
  readonly steps: readonly string[];
  /** Index of what happens now; `steps.length` when all is done. */
  readonly now: number;
};

/** What is behind, what happens now, what comes. */
export function Steps({ label, steps, now }: StepsProps) {
  return (
    <ol class="steps" aria-label={label}>
      {steps.map((words, index) => (
        <li
          key={words}
          class="step"
          data-state={index < now ? 'done' : index === now ? 'now' : 'next'}
          aria-current={index === now ? 'step' : undefined}
        >
          <span class="step-mark">{index < now ? <Icon name="check" /> : null}</span>
          {words}
        </li>
      ))}
    </ol>
  );
}
