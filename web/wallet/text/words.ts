/** The shape of a language. */

import type { en } from './en/index.ts';

/** The sections, sentences and parameters of English, in other words. */
type Words<T> = T extends string
  ? string
  : T extends (...parameters: infer P) => string
    ? (...parameters: P) => string
    : { readonly [K in keyof T]: Words<T[K]> };

/** Every word of the wallet. */
export type Text = Words<typeof en>;
