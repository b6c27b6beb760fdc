/** What the languages of the panel call themselves. */

import type { MachineLanguage } from '@seqr-ups/contract';

/** By their codes. */
export const LANGUAGE_NAMES: Readonly<Record<MachineLanguage, string>> = {
  en: 'English',
  sv: 'Svenska',
  pl: 'Polski',
  de: 'Deutsch',
};
