/**
 * The text on a machine's small screen: a controller's four lines of 20 characters, of which the
 * last belongs to the clock.
 */

import type {
  AmountJson,
  MachineFace,
  MachineLanguage,
  MachineStateName,
  PanelMachineJson,
  SelectionJson,
} from '@seqr-ups/contract';
import { DISPLAY_WORDS, type DisplayWords } from './display-words.ts';

/** How long the display keeps the outcome of what the customer just did, in ms. */
const NOTICE_MS = 6000;
/** Characters of one line. */
const COLUMNS = 20;

/** What became of a button that was pressed, for a few seconds. */
export type Outcome = {
  readonly kind: SelectionJson['result'] | 'SOLD_OUT' | 'TOO_DEAR';
  /** The product's name. */
  readonly product: string;
};

/** What a machine shows at one moment. */
export type MachineSnapshot = Pick<
  PanelMachineJson,
  'state' | 'display' | 'countdown' | 'runs' | 'products' | 'session'
>;

/** All that the display's text depends on. */
export type DisplayFacts = {
  readonly face: MachineFace;
  readonly state: MachineStateName;
  /** No link to the reseller, and no customer. */
  readonly unreachable: boolean;
  readonly soldOut: boolean;
  readonly outcome: Outcome | null;
  /** The most that the present session may still take. */
  readonly credit: AmountJson | null;
  /** What is on its way; `turning` once the reseller has approved it. */
  readonly vend: { readonly product: string; readonly turning: boolean } | null;
};

/** What the person in front of the machine has to know now: at most three lines. */
export function displayText(facts: DisplayFacts, language: MachineLanguage): string {
  return lines(facts, DISPLAY_WORDS[language]).map(fitted).join('\n');
}

function lines(facts: DisplayFacts, words: DisplayWords): readonly string[] {
  const { state, face, outcome, vend, credit } = facts;
  if (facts.unreachable) return [words.outOfOrder, words.noConnection];
  switch (state) {
    case 'OUT_OF_SERVICE':
      return [facts.soldOut ? words.soldOut : words.outOfOrder];
    case 'LEASED':
      return words.confirm;
    case 'VENDING':
      return [vend?.product ?? '', vend?.turning === true ? words.working[face] : words.moment];
    case 'UNLOCKED':
      if (outcome !== null) return outcomeLines(outcome, face, words);
      return [words.choose, ...(credit === null ? [] : [creditText(credit, words)])];
    case 'IDLE':
      return outcome === null ? words.scan : outcomeLines(outcome, face, words);
  }
}

function outcomeLines({ kind, product }: Outcome, face: MachineFace, words: DisplayWords) {
  const texts: Record<Outcome['kind'], readonly string[]> = {
    VENDED: [product, words.done[face]],
    JAMMED: [product, words.jammed, words.notCharged],
    REFUSED: [product, words.refused, words.notCharged],
    SOLD_OUT: [product, words.soldOut, words.another],
    TOO_DEAR: [product, words.tooDear, words.another],
  };
  return texts[kind];
}

function creditText({ value, currency }: AmountJson, { credit, decimal }: DisplayWords): string {
  return `${credit} ${value.replace('.', decimal)} ${currency}`;
}

/** A name that is too long ends in an ellipsis, as on the machines. */
function fitted(line: string): string {
  const characters = Array.from(line);
  return characters.length <= COLUMNS ? line : `${characters.slice(0, COLUMNS - 1).join('')}…`;
}

/** An outcome that shows for a few seconds. */
export class Notice {
  readonly #gone: () => void;
  #outcome: Outcome | null = null;
  #timer: NodeJS.Timeout | undefined;

  /** `gone` is called when it has been shown long enough. */
  constructor(gone: () => void) {
    this.#gone = gone;
  }

  /** What shows now, or null. */
  get outcome(): Outcome | null {
    return this.#outcome;
  }

  /** Shows this from now on, instead of the one before. */
  show(outcome: Outcome): void {
    this.clear();
    this.#outcome = outcome;
    this.#timer = setTimeout(() => {
      this.#outcome = null;
      this.#gone();
    }, NOTICE_MS);
  }

  /** Takes it away. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#outcome = null;
  }
}
