/** Whose code it is, and what to do when something went wrong, in Swedish. */

import type { Text } from '../words.ts';

/** The words of trust. */
export const trust: Text['trust'] = {
  code: {
    verified: 'Kontrollerad kod',
    changedTitle: 'Koden har ändrats',
    changed:
      'Betala inte här. Anmäl det. Det är inte koden som gjordes för den här automaten; inget ' +
      'skickades till säljaren och inget drogs.',
    report: 'Anmäl',
    reported: 'Tack. Vi undersöker det.',
    unreported: 'Det gick inte. Berätta det för den som automaten tillhör.',
    unsignedTitle: 'Den koden räcker inte här',
    unsigned:
      'Den här säljaren tar bara emot signerade koder. Skanna koden på själva automaten; om du ' +
      'just gjorde det, betala inte där. Inget drogs.',
    asking: 'Tar reda på vems koden är…',
    unreachable: 'Vi kunde inte ta reda på vems koden är. Nästa sida säger det, innan du betalar.',
  },
  report: {
    title: 'Anmäl ett problem',
    lead: (merchant) => `${merchant} läser det och svarar dig här.`,
    kind: 'Vad gick fel?',
    kinds: {
      NOTHING_CAME: 'Inget kom ut',
      WRONG_AMOUNT: 'Fel belopp',
      MACHINE_DAMAGED: 'Automaten är skadad',
      OTHER: 'Något annat',
    },
    notReceived: 'Jag fick det inte',
    text: 'Vad hände?',
    hint: 'Du kan lämna det tomt. Skriv aldrig din pinkod här.',
    send: 'Skicka anmälan',
    sending: 'Skickar…',
    choose: 'Välj först vad som gick fel.',
    lost: 'Ingen anslutning. Inget är förlorat: skicka igen.',
    tooMany: 'Du har anmält tio problem inom ett dygn. Försök igen i morgon.',
    failed: 'Det gick inte. Försök igen om en stund.',
  },
  cases: {
    title: 'Vad du har anmält',
    states: { OPEN: 'Skickat', ANSWERED: 'Besvarat', CLOSED: 'Avslutat' },
    waiting: (merchant) => `${merchant} har inte svarat än.`,
    answer: (merchant) => `${merchant} svarar`,
    settled: 'Då är det klart',
    unsettled: 'Det gick inte. Försök igen om en stund.',
  },
};
