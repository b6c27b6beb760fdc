import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from '../../design/icon.tsx';
import { Screen } from './screen.tsx';

type OutcomeProps = {
  readonly title: string;
  readonly detail: string;
  readonly tone: 'good' | 'wait' | 'bad' | 'plain';
  readonly icon: IconName;
  readonly saysOffline?: boolean;
  /** Facts under the message. */
  readonly children?: ComponentChildren;
  readonly actions: ComponentChildren;
};

/**
 * How something ended: a mark, what happened and whether money moved, the facts, what to do next.
 */
export function Outcome(props: OutcomeProps) {
  const { title, detail, tone, icon, saysOffline = false, children, actions } = props;
  return (
    <Screen title={title} layout="outcome" saysOffline={saysOffline}>
      <div class="outcome" data-tone={tone} role="status">
        <span class="outcome-mark">
          <Icon name={icon} />
        </span>
        <p>{detail}</p>
      </div>
      {children}
      <div class="actions">{actions}</div>
    </Screen>
  );
}
