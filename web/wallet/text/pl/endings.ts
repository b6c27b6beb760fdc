/** States, refusals and endings in Polish. */

import type { EndingCode, ProblemCode, PurchaseState } from '@seqr-ups/contract';

/** How a state is called in the history. */
export const states = {
  OPENED: 'Łączenie z automatem',
  AWAITING_APPROVAL: 'Czeka na Twój PIN',
  AWAITING_MERCHANT: 'Czeka na sklep',
  CONFIRMING: 'Zapłacono',
  RESERVED: 'Automat jest otwarty',
  PAID: 'Zapłacono',
  RELEASED: 'Nic nie pobrano',
  REFUSED: 'Odmowa',
  CANCELED: 'Anulowano',
  EXPIRED: 'Czas minął',
} satisfies Record<PurchaseState, string>;

/** Refusals and endings by code. */
export const endings = {
  INSUFFICIENT_FUNDS: {
    title: 'Za mało środków',
    detail: 'Automat wymaga większej kwoty, niż możesz teraz zablokować. Nic nie pobrano.',
  },
  DEVICE_IN_USE: {
    title: 'Automat zajęty',
    detail: 'Ktoś właśnie korzysta z tego automatu. Spróbuj za chwilę. Nic nie pobrano.',
  },
  DEVICE_UNAVAILABLE: {
    title: 'Nieczynny',
    detail: 'Ten automat jest nieczynny. Spróbuj w innym. Nic nie pobrano.',
  },
  INVOICING_ERROR: {
    title: 'Płatność niemożliwa',
    detail: 'Sprzedawca nie mógł przygotować płatności. Nic nie pobrano.',
  },
  SYSTEM_ERROR: {
    title: 'Nie udało się',
    detail: 'Coś poszło nie tak po stronie sprzedawcy. Nic nie pobrano.',
  },
  INVALID_CODE: {
    title: 'Tym kodem nie można zapłacić',
    detail: 'To nie jest kod automatu, kasy ani rachunku. Nic nie pobrano.',
  },
  UNKNOWN_MERCHANT: {
    title: 'Nieznany sprzedawca',
    detail: 'Kod może być błędny albo ktoś zakleił właściwy. Nic nie pobrano.',
  },
  NO_INVOICE_YET: {
    title: 'Nie ma jeszcze nic do zapłaty',
    detail: 'Kasa nie wysłała jeszcze kwoty. Spróbuj ponownie, gdy już będzie.',
  },
  NOT_FOUND: {
    title: 'Nie znaleziono',
    detail: 'Może należeć do kogoś innego albo nigdy nie istniało.',
  },
  WRONG_PIN: {
    title: 'Błędny PIN',
    detail: 'Nic nie pobrano. Spróbuj ponownie.',
  },
  DEVICE_REQUIRED: {
    title: 'Telefon nie jest jeszcze zatwierdzony',
    detail: 'Płacić można tylko telefonem, który zatwierdzisz. Nic nie pobrano.',
  },
  DEVICE_REFUSED: {
    title: 'Nieznany telefon',
    detail: 'Został usunięty albo nigdy nie był zatwierdzony. Nic nie pobrano.',
  },
  WRONG_CODE: {
    title: 'Błędny kod',
    detail: 'Kod jest błędny, już użyty albo zbyt stary. Poproś o nowy.',
  },
  LIMIT_EXCEEDED: {
    title: 'Ponad Twój limit',
    detail: 'To więcej niż ustawiony przez Ciebie limit. Nic nie pobrano.',
  },
  PIN_LOCKED: {
    title: 'PIN zablokowany',
    detail: 'Zbyt wiele błędnych prób. Nic nie pobrano. Poproś obsługę klienta o odblokowanie.',
  },
  UNAUTHORIZED: {
    title: 'Zaloguj się ponownie',
    detail: 'Wylogowaliśmy Cię, aby chronić Twoje pieniądze.',
  },
  OFFER_CHANGED: {
    title: 'Kwota się zmieniła',
    detail: 'Sprawdź nową kwotę i potwierdź ją PIN-em. Nic nie pobrano.',
  },
  TOO_LATE: {
    title: 'Za późno',
    detail: 'Ta oferta już wygasła. Zeskanuj kod ponownie, aby otrzymać nową.',
  },
  IN_PROGRESS: {
    title: 'To jeszcze trwa',
    detail: 'Pierwsza próba jeszcze się nie zakończyła. Spróbuj za chwilę.',
  },
  KEY_REUSED: {
    title: 'Nie udało się',
    detail: 'Zacznij od początku.',
  },
  INVALID_REQUEST: {
    title: 'Nie udało się',
    detail: 'Coś się nie zgadzało. Zacznij od początku.',
  },
  RATE_LIMITED: {
    title: 'Zbyt wiele prób',
    detail: 'Odczekaj chwilę i spróbuj ponownie. Nic nie pobrano.',
  },
  OVERLOADED: {
    title: 'Duży ruch',
    detail: 'Bardzo wiele osób teraz płaci. Spróbuj za chwilę. Nic nie pobrano.',
  },
  BY_CUSTOMER: {
    title: 'Anulowano',
    detail: 'Zakup został anulowany przez Ciebie. Nic nie pobrano.',
  },
  BY_MERCHANT: {
    title: 'Anulowane przez sprzedawcę',
    detail: 'Sprzedawca anulował zakup. Nic nie pobrano. Zeskanuj kod, aby zacząć od nowa.',
  },
  SUPERSEDED: {
    title: 'Zastąpione nowszym skanem',
    detail: 'Tutaj nic nie pobrano.',
  },
  NOT_APPROVED: {
    title: 'Czas minął',
    detail: 'Oferta nie została potwierdzona na czas. Nic nie pobrano. Zeskanuj kod ponownie.',
  },
  NOTHING_TAKEN: {
    title: 'Nic nie pobrano',
    detail: 'Automat nic nie wydał, więc cała kwota znów jest Twoja.',
  },
  NOT_COMMITTED: {
    title: 'Nic nie pobrano',
    detail: 'Sprzedawca nie zgłosił sprzedaży na czas, więc cała kwota znów jest Twoja.',
  },
  NOT_NOTICED: {
    title: 'Nie zapłacono: pieniądze wróciły',
    detail: 'Sklep nie potwierdził płatności, więc nic nie pobrano. Zapytaj w sklepie.',
  },
} satisfies Record<ProblemCode | EndingCode, { title: string; detail: string }>;

/** Titles of endings that mean something else for a bill than at a machine. */
export const billTitles = {
  SUPERSEDED: 'Nie można już zapłacić',
  NOTHING_TAKEN: 'Oddano',
};
