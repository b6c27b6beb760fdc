import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

type SectionProps = {
  readonly title: string;
  /** At most one link, at the end of the heading's line. */
  readonly end?: ComponentChildren;
  readonly children: ComponentChildren;
};

/** A part of a screen under its own heading, which is its name for screen readers. */
export function Section({ title, end, children }: SectionProps) {
  const id = useId();
  return (
    <section class="section" aria-labelledby={id}>
      <div class="section-head">
        <h2 id={id}>{title}</h2>
        {end}
      </div>
      {children}
    </section>
  );
}
