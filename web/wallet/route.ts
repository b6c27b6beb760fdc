/**
 * Which screen is on. Routes live in the hash, so that the server needs to know none of them, the
 * phone's own back gesture works and a reload stays where it was. A path other than `/` is a link
 * that a code opened (`/000/ups?…`); it stays in the address until the customer has decided.
 */

import { computed, signal } from '@preact/signals';

/** The screens of the wallet. */
export type Route =
  | { readonly screen: 'HOME' | 'SCAN' | 'OPENING' | 'HISTORY' | 'ACCOUNT' | 'CARDS' | 'LINK' }
  | { readonly screen: 'SECURITY' | 'PIN' | 'UNLOCK' | 'ENROL' | 'SETTINGS' }
  | { readonly screen: 'LIMITS' | 'TOPUP' }
  | { readonly screen: 'PURCHASE' | 'DEVICE' | 'REPORT'; readonly id: string }
  | { readonly screen: 'DOCUMENT'; readonly id: string; readonly receiptId: string };

/** Screens whose hash is their name alone. */
const PLAIN = [
  'SCAN',
  'OPENING',
  'HISTORY',
  'ACCOUNT',
  'CARDS',
  'SECURITY',
  'PIN',
  'UNLOCK',
  'ENROL',
  'SETTINGS',
  'LIMITS',
  'TOPUP',
] as const;

const address = signal(window.location.href);

/** The present route. */
export const route = computed<Route>(() => parse(new URL(address.value)));

window.addEventListener('popstate', () => {
  address.value = window.location.href;
});

/** The address of a screen, for links. */
export function pathTo(target: Route): string {
  if (target.screen === 'HOME') return '/';
  if (target.screen === 'PURCHASE') return `/#/purchase/${encodeURIComponent(target.id)}`;
  if (target.screen === 'DEVICE') return `/#/device/${encodeURIComponent(target.id)}`;
  if (target.screen === 'REPORT') return `/#/report/${encodeURIComponent(target.id)}`;
  if (target.screen === 'DOCUMENT') {
    const { id, receiptId } = target;
    return `/#/purchase/${encodeURIComponent(id)}/${encodeURIComponent(receiptId)}`;
  }
  return `/#/${target.screen.toLowerCase()}`;
}

/** Go to a screen; `replace` when the present one must not be gone back to. */
export function go(target: Route, options: { replace?: boolean } = {}): void {
  const path = pathTo(target);
  if (options.replace === true) window.history.replaceState(null, '', path);
  else window.history.pushState(null, '', path);
  address.value = window.location.href;
}

/** A click on a link of ours changes the screen without loading the page anew. */
export function follow(event: MouseEvent, target: Route): void {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  go(target);
}

/** The text of the code that opened this page, or null when the wallet was opened plainly. */
export function linkText(): string | null {
  const { pathname, href } = window.location;
  return pathname === '/' ? null : href.replace(/#.*$/u, '');
}

function parse(url: URL): Route {
  const [, first = '', second = '', third = ''] = url.hash.split('/');
  if (first === 'purchase' && third !== '') {
    return { screen: 'DOCUMENT', id: decoded(second), receiptId: decoded(third) };
  }
  if (first === 'purchase' && second !== '') {
    return { screen: 'PURCHASE', id: decoded(second) };
  }
  if (first === 'device' && second !== '') return { screen: 'DEVICE', id: decoded(second) };
  if (first === 'report' && second !== '') return { screen: 'REPORT', id: decoded(second) };
  const plain = PLAIN.find((screen) => first === screen.toLowerCase());
  if (plain !== undefined) return { screen: plain };
  return { screen: url.pathname === '/' ? 'HOME' : 'LINK' };
}

/** A hash that somebody typed wrongly is taken as it stands. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
