/** What this installation asks of its wallets, fetched once when the page opens. */

import type { InstallationJson } from '@seqr-ups/contract';
import { signal } from '@preact/signals';
import { fetchInstallation } from './security-api.ts';

/** Null until heard. */
export const installation = signal<InstallationJson | null>(null);

let asking: Promise<unknown> | null = null;

/** Ask unless it was heard already. Null when the network is gone; the next call asks again. */
export async function learnInstallation(): Promise<InstallationJson | null> {
  if (installation.peek() !== null) return installation.peek();
  asking ??= fetchInstallation().then((answer) => {
    if (answer.kind === 'OK') installation.value = answer.value;
    asking = null;
  });
  await asking;
  return installation.peek();
}
