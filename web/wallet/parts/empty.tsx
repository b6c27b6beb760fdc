import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from '../../design/icon.tsx';

type EmptyProps = {
  readonly icon: IconName;
  /** What would fill this place. */
  readonly words: string;
  readonly children?: ComponentChildren;
};

/** Nothing here yet, and what to do about it. */
export function Empty({ icon, words, children }: EmptyProps) {
  return (
    <div class="empty">
      <span class="badge">
        <Icon name={icon} />
      </span>
      <p class="soft">{words}</p>
      {children}
    </div>
  );
}
