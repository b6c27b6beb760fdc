/** How each language calls itself: the same words in every language. */

/** The languages of the wallet, in the order of the settings. */
export const LANGUAGE_NAMES = {
  en: 'English',
  sv: 'Svenska',
  pl: 'Polski',
  de: 'Deutsch',
} as const;
