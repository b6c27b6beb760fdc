/** Sentences that depend on a number, by the rules of their language. */

/** The forms of a sentence; what a language does not tell apart is left out. */
export type Forms = {
  readonly one: string;
  readonly few?: string;
  readonly many?: string;
  readonly other: string;
};

/** The form for `count`, as CLDR has it for `language`. */
export function plural(language: string, count: number, forms: Forms): string {
  const { one, few, many, other } = forms;
  const known: Partial<Record<Intl.LDMLPluralRule, string | undefined>> = { one, few, many };
  return known[new Intl.PluralRules(language).select(count)] ?? other;
}
