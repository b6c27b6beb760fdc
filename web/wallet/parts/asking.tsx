import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from '../../design/icon.tsx';

type AskingProps = { readonly icon: IconName; readonly children: ComponentChildren };

/** Somebody is being asked: a ring turns around who, and words say what for. */
export function Asking({ icon, children }: AskingProps) {
  return (
    <div class="asking" role="status">
      <span class="asking-mark">
        <Icon name={icon} />
      </span>
      {children}
    </div>
  );
}
