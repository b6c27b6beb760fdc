/** The text on a machine's small screen. */

import type { AmountJson, MachineStateName, SelectionJson } from '@seqr-ups/contract';

/** How long the display keeps the outcome of what the customer just did, in ms. */
const NOTICE_MS = 6000;

/** All that the display's text depends on. */
export type DisplayFacts = {
  readonly state: MachineStateName;
  /** No link to the reseller, and no customer. */
  readonly unreachable: boolean;
  readonly soldOut: boolean;
  readonly notice: string | null;
  /** The most that the present session may take. */
  readonly funds: AmountJson | null;
  /** Name of the product that is on its way. */
  readonly product: string | null;
};

/** One short sentence that tells the person in front of the machine what to do. */
export function displayText(facts: DisplayFacts): string {
  const { state, notice, funds } = facts;
  if (facts.unreachable) return 'Out of order: no connection';
  const texts: Record<MachineStateName, string> = {
    OUT_OF_SERVICE: facts.soldOut ? 'Sold out' : 'Out of order',
    LEASED: 'Please confirm on your phone',
    VENDING: `${facts.product ?? 'Your product'}: one moment, please`,
    UNLOCKED: notice ?? `Please choose, up to ${funds?.value} ${funds?.currency}`,
    IDLE: notice ?? 'Scan the code to pay',
  };
  return texts[state];
}

/** What the display says once a selection is over. */
export function outcomeText(result: SelectionJson['result'], product: string): string {
  const texts: Record<SelectionJson['result'], string> = {
    VENDED: `${product}: enjoy!`,
    JAMMED: `${product}: nothing came out. You do not pay for it`,
    REFUSED: `${product}: not possible just now. You do not pay for it`,
  };
  return texts[result];
}

/** A text that shows for a few seconds. */
export class Notice {
  readonly #gone: () => void;
  #text: string | null = null;
  #timer: NodeJS.Timeout | undefined;

  /** `gone` is called when the text has been shown long enough. */
  constructor(gone: () => void) {
    this.#gone = gone;
  }

  /** The text that shows now, or null. */
  get text(): string | null {
    return this.#text;
  }

  /** Shows a text from now on, instead of the one before. */
  show(text: string): void {
    this.clear();
    this.#text = text;
    this.#timer = setTimeout(() => {
      this.#text = null;
      this.#gone();
    }, NOTICE_MS);
  }

  /** Takes the text away. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#text = null;
  }
}
