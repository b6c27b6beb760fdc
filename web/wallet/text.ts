/**
 * The words of the wallet in the customer's language. Each language is a folder of `text/` with the
 * same sections; English is part of the first load, the others are fetched when they are chosen.
 */

import { en } from './text/en/index.ts';

/** The shape of a language: the sections, sentences and parameters of English, in other words. */
export type Words<T> = T extends string
  ? string
  : T extends (...parameters: infer P) => string
    ? (...parameters: P) => string
    : { readonly [K in keyof T]: Words<T[K]> };

/** Every word of the wallet. */
export type Text = Words<typeof en>;

/** The words in use. */
export const TEXT: Text = en;
