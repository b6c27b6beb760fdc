/** What the customer has chosen about this device beside the language; it stays on the phone. */

import { signal } from '@preact/signals';

const STORAGE_KEY = 'seqr.settings';

/** The choices of this device. */
export type Settings = {
  /** Short tones. Off at first: a phone that sings in a library is not opened again. */
  readonly sound: boolean;
  /** Vibration, where the phone can. On at first: it is felt by the customer alone. */
  readonly haptics: boolean;
  /** What was answered when the wallet offered notifications or to be installed. */
  readonly askedPush: boolean;
  readonly askedInstall: boolean;
};

const FIRST: Settings = { sound: false, haptics: true, askedPush: false, askedInstall: false };

/** The present choices. */
export const settings = signal<Settings>(read());

/** Change some of them; they are kept where the browser lets us. */
export function choose(changes: Partial<Settings>): void {
  settings.value = { ...settings.peek(), ...changes };
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify(settings.peek()));
  } catch {
    // Storage is full or forbidden: the choice then lasts as long as this page.
  }
}

function read(): Settings {
  try {
    const stored = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '{}') as Partial<Settings>;
    const flag = (name: keyof Settings): boolean =>
      typeof stored[name] === 'boolean' ? stored[name] : FIRST[name];
    return {
      sound: flag('sound'),
      haptics: flag('haptics'),
      askedPush: flag('askedPush'),
      askedInstall: flag('askedInstall'),
    };
  } catch {
    return FIRST;
  }
}
