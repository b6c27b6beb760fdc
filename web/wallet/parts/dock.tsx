import type { ComponentChildren } from 'preact';

/** What to do next, under the thumb: the last thing in a screen's body. One primary button. */
export function Dock({ children }: { readonly children: ComponentChildren }) {
  return <div class="dock">{children}</div>;
}
