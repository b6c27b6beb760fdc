import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { Icon } from '../../design/icon.tsx';
import { TEXT } from '../text.ts';

type SheetProps = {
  readonly title: string;
  /** Also by Escape and by a tap beside it. */
  readonly onClose: () => void;
  readonly children: ComponentChildren;
};

/**
 * A question before anything else: the browser's own modal dialog, so that focus stays inside and
 * returns. Render it only while it is open.
 */
export function Sheet({ title, onClose, children }: SheetProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog
      ref={dialog}
      class="sheet"
      aria-labelledby={id}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      <div class="sheet-inside">
        <div class="sheet-head">
          <h2 id={id}>{title}</h2>
          <button
            type="button"
            class="bar-control bar-end"
            aria-label={TEXT.close}
            onClick={onClose}
          >
            <Icon name="cross" />
          </button>
        </div>
        {children}
      </div>
    </dialog>
  );
}
