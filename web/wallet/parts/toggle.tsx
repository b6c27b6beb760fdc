import { Icon, type IconName } from '../../design/icon.tsx';

type ToggleProps = {
  readonly icon: IconName;
  readonly title: string;
  readonly note?: string;
  readonly on: boolean;
  readonly disabled?: boolean;
  readonly onChange: (on: boolean) => void;
};

/** A row of a list that is on or off; it works at once. */
export function Toggle({ icon, title, note, on, disabled = false, onChange }: ToggleProps) {
  return (
    <li>
      <button
        type="button"
        class="list-row"
        role="switch"
        aria-checked={on}
        disabled={disabled}
        onClick={() => {
          onChange(!on);
        }}
      >
        <span class="badge">
          <Icon name={icon} />
        </span>
        <span class="list-words">
          <strong>{title}</strong>
          {note === undefined ? null : <span class="soft small">{note}</span>}
        </span>
        <span class="toggle-track" />
      </button>
    </li>
  );
}
