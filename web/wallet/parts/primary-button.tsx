import type { ComponentChildren } from 'preact';

type PrimaryButtonProps = {
  readonly type?: 'button' | 'submit';
  readonly disabled?: boolean;
  /** Off for the moment, but still in reach of the keyboard: what is focused is not lost. */
  readonly 'aria-disabled'?: boolean;
  readonly onClick?: () => void;
  readonly children: ComponentChildren;
};

/** The one thing that a screen is for: large, as wide as the screen's column. */
export function PrimaryButton({ type = 'button', children, ...rest }: PrimaryButtonProps) {
  return (
    <button type={type} class="button" data-kind="primary" data-size="large" data-wide {...rest}>
      {children}
    </button>
  );
}
