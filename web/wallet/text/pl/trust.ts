/** Whose code it is, and what to do when something went wrong, in Polish. */

import type { Text } from '../words.ts';

/** The words of trust. */
export const trust: Text['trust'] = {
  code: {
    verified: 'Kod sprawdzony',
    changedTitle: 'Ten kod został zmieniony',
    changed:
      'Nie płać tutaj. Zgłoś to. To nie jest kod przygotowany dla tego automatu; niczego nie ' +
      'wysłano do sprzedawcy i niczego nie pobrano.',
    report: 'Zgłoś',
    reported: 'Dziękujemy. Zajmiemy się tym.',
    unreported: 'Nie udało się. Powiedz o tym właścicielowi automatu.',
    unsignedTitle: 'Ten kod tutaj nie wystarczy',
    unsigned:
      'Ten sprzedawca przyjmuje tylko podpisane kody. Zeskanuj kod na samym automacie; jeśli ' +
      'właśnie to zrobiono, nie płać tam. Niczego nie pobrano.',
    asking: 'Sprawdzamy, czyj to kod…',
    unreachable: 'Nie udało się sprawdzić, czyj to kod. Powie to następna strona, przed zapłatą.',
  },
  report: {
    title: 'Zgłoś problem',
    lead: (merchant) => `${merchant} przeczyta zgłoszenie i odpowie tutaj.`,
    kind: 'Co poszło nie tak?',
    kinds: {
      NOTHING_CAME: 'Nic nie wypadło',
      WRONG_AMOUNT: 'Zła kwota',
      MACHINE_DAMAGED: 'Automat jest uszkodzony',
      OTHER: 'Coś innego',
    },
    notReceived: 'Nie otrzymano towaru',
    text: 'Co się stało?',
    hint: 'To pole może być puste. Nigdy nie wpisuj tu kodu PIN.',
    send: 'Wyślij zgłoszenie',
    sending: 'Wysyłanie…',
    choose: 'Najpierw wybierz, co poszło nie tak.',
    lost: 'Brak połączenia. Nic nie zginęło: wyślij jeszcze raz.',
    tooMany: 'W ciągu doby zgłoszono dziesięć problemów. Spróbuj ponownie jutro.',
    failed: 'Nie udało się. Spróbuj ponownie za chwilę.',
  },
  cases: {
    title: 'Twoje zgłoszenia',
    states: { OPEN: 'Wysłane', ANSWERED: 'Z odpowiedzią', CLOSED: 'Zamknięte' },
    waiting: (merchant) => `${merchant} jeszcze nie odpowiada.`,
    answer: (merchant) => `Odpowiedź: ${merchant}`,
    settled: 'Sprawa załatwiona',
    unsettled: 'Nie udało się. Spróbuj ponownie za chwilę.',
  },
};
