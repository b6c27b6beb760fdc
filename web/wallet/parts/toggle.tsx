import type { IconName } from '../../design/icon.tsx';
import { RowWords } from './list.tsx';

type ToggleProps = {
  readonly icon: IconName;
  readonly title: string;
  readonly note?: string;
  readonly on: boolean;
  readonly disabled?: boolean;
  readonly onChange: (on: boolean) => void;
};

/** A row of a list that is on or off; it works at once. */
export function Toggle({ on, disabled = false, onChange, ...row }: ToggleProps) {
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
        <RowWords {...row} />
        <span class="toggle-track" />
      </button>
    </li>
  );
}
