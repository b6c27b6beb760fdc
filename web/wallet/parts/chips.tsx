import { useId } from 'preact/hooks';

type ChipsProps<T extends string> = {
  readonly label: string;
  readonly options: readonly { readonly value: T; readonly words: string }[];
  /** Null while nothing is chosen. */
  readonly value: T | null;
  readonly disabled?: boolean;
  readonly onChange: (value: T) => void;
};

/** One of a few, as radio buttons: one tab stop, the arrow keys choose. */
export function Chips<T extends string>(props: ChipsProps<T>) {
  const { label, options, value, disabled = false, onChange } = props;
  const name = useId();
  return (
    <fieldset class="chips">
      <legend class="sr-only">{label}</legend>
      {options.map((option) => (
        <label key={option.value} class="chip figures">
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            disabled={disabled}
            onChange={() => {
              onChange(option.value);
            }}
          />
          {option.words}
        </label>
      ))}
    </fieldset>
  );
}
