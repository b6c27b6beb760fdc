import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from '../../design/icon.tsx';
import type { Route } from '../route.ts';
import { LinkTo } from './screen.tsx';

/** Rows in one card. The label is for those who do not see the heading above it. */
export function List(props: { readonly label?: string; readonly children: ComponentChildren }) {
  return (
    <ul class="list" aria-label={props.label}>
      {props.children}
    </ul>
  );
}

/** What every row can say: an icon, its words, at its end a short value. */
type RowProps = {
  readonly icon: IconName;
  readonly tone?: 'good' | 'wait' | 'bad';
  readonly title: string;
  readonly note?: string;
  readonly value?: string;
};

/** A row that leads to another screen. */
export function ListLink({ to, value, ...row }: RowProps & { readonly to: Route }) {
  return (
    <li>
      <LinkTo to={to} class="list-row">
        <RowWords {...row} />
        <span class="list-value figures">{value}</span>
        <Icon name="forward" />
      </LinkTo>
    </li>
  );
}

type ListButtonProps = RowProps & {
  readonly disabled?: boolean;
  readonly onClick: () => void;
};

/** A row that does something. `bad` is for what cannot be undone. */
export function ListButton({ disabled = false, onClick, value, ...row }: ListButtonProps) {
  return (
    <li>
      <button
        type="button"
        class="list-row"
        data-tone={row.tone}
        disabled={disabled}
        onClick={onClick}
      >
        <RowWords {...row} />
        <span class="list-value figures">{value}</span>
      </button>
    </li>
  );
}

/** What a row says before whatever stands at its end. */
export function RowWords({ icon, tone, title, note }: Omit<RowProps, 'value'>) {
  return (
    <>
      <span class="badge" data-tone={tone}>
        <Icon name={icon} />
      </span>
      <span class="list-words">
        <strong>{title}</strong>
        {note === undefined ? null : <span class="soft small">{note}</span>}
      </span>
    </>
  );
}
