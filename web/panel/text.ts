/**
 * Every word of the panel that is not the machine's own; the display's text comes from the machine.
 */

import type { MachineStateName } from '@seqr-ups/contract';

/** How a machine's state is called. */
export const STATE_WORDS: Readonly<Record<MachineStateName, string>> = {
  IDLE: 'Ready',
  LEASED: 'Waiting for the phone',
  UNLOCKED: 'Open',
  VENDING: 'Working',
  OUT_OF_SERVICE: 'Out of order',
};

/** Everything else. */
export const TEXT = {
  fleet: 'Machines',
  fleetLead: 'Choose a machine, scan its code with the wallet, and take something.',
  number: (token: string) => `No. ${token}`,
  back: 'All machines',
  loading: 'One moment…',
  offline: 'No contact with the machine',
  offlineNote: 'The page tries again by itself.',
  unknown: 'There is no such machine',
  code: 'Scan to pay',
  typed: 'or type',
  copy: 'Copy the code',
  copied: 'Copied',
  products: 'Products',
  slot: (slot: number) => `Slot ${String(slot)}`,
  soldOut: 'Sold out',
  few: (stock: number) => `${String(stock)} left`,
  jammed: 'Jammed',
  locked: 'Locked',
  open: 'Open',
  door: 'Door',
  tray: 'Tray',
  trayEmpty: 'Nothing in the tray',
  take: (product: string) => `Take ${product}`,
  finish: 'Finish',
  finishing: 'Closing…',
  left: 'left',
  session: 'Display and door',
  chooseNow: 'Choose a product',
  failed: 'The machine did not answer. Try again.',
} as const;
