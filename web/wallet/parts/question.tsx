import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from '../../design/icon.tsx';

type QuestionProps = {
  readonly icon: IconName;
  readonly title: string;
  /** What is asked, and what became of an answer that failed. */
  readonly children: ComponentChildren;
  /** Null where the customer has to act outside of the page. */
  readonly yes: { readonly words: string; readonly onClick: () => void } | null;
  readonly no: { readonly words: string; readonly onClick: () => void };
};

/** A card that asks something once, beside what the customer came for. */
export function Question({ icon, title, children, yes, no }: QuestionProps) {
  return (
    <section class="card remember" aria-label={title}>
      <h2>
        <Icon name={icon} />
        {title}
      </h2>
      {children}
      <div class="pair">
        {yes === null ? null : (
          <button type="button" class="button" onClick={yes.onClick}>
            {yes.words}
          </button>
        )}
        <button type="button" class="button" data-kind="quiet" onClick={no.onClick}>
          {no.words}
        </button>
      </div>
    </section>
  );
}
