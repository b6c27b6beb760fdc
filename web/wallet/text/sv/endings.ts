/** States, refusals and endings in Swedish. */

import type { EndingCode, ProblemCode, PurchaseState } from '@seqr-ups/contract';

/** How a state is called in the history. */
export const states = {
  OPENED: 'Frågar automaten',
  AWAITING_APPROVAL: 'Väntar på din PIN-kod',
  AWAITING_MERCHANT: 'Väntar på butiken',
  CONFIRMING: 'Betalt',
  RESERVED: 'Automaten är öppen',
  PAID: 'Betalt',
  RELEASED: 'Inget drogs',
  REFUSED: 'Nekat',
  CANCELED: 'Avbrutet',
  EXPIRED: 'Tiden gick ut',
} satisfies Record<PurchaseState, string>;

/** Refusals and endings by code. */
export const endings = {
  INSUFFICIENT_FUNDS: {
    title: 'Pengarna räcker inte',
    detail: 'Automaten behöver mer än du kan reservera nu. Inget har dragits.',
  },
  DEVICE_IN_USE: {
    title: 'Automaten används',
    detail: 'Någon annan använder automaten. Försök igen om en stund. Inget har dragits.',
  },
  DEVICE_UNAVAILABLE: {
    title: 'Ur funktion',
    detail: 'Automaten är ur funktion. Prova en annan. Inget har dragits.',
  },
  INVOICING_ERROR: {
    title: 'Betalningen går inte att göra',
    detail: 'Säljaren kunde inte förbereda betalningen. Inget har dragits.',
  },
  SYSTEM_ERROR: {
    title: 'Det gick inte',
    detail: 'Något gick fel hos säljaren. Inget har dragits.',
  },
  INVALID_CODE: {
    title: 'Ingen kod att betala med',
    detail: 'Koden hör inte till en automat, kassa eller räkning. Inget har dragits.',
  },
  UNKNOWN_MERCHANT: {
    title: 'Okänd säljare',
    detail: 'Koden kan vara fel, eller så har någon klistrat över den rätta. Inget har dragits.',
  },
  NO_INVOICE_YET: {
    title: 'Inget att betala än',
    detail: 'Kassan har inte skickat beloppet än. Försök igen när det är klart.',
  },
  NOT_FOUND: {
    title: 'Hittades inte',
    detail: 'Det kan tillhöra någon annan, eller så har det aldrig funnits.',
  },
  WRONG_PIN: {
    title: 'Fel PIN-kod',
    detail: 'Inget har dragits. Försök igen.',
  },
  DEVICE_REQUIRED: {
    title: 'Mobilen är inte godkänd än',
    detail: 'För att betala behövs en mobil som du har godkänt. Inget har dragits.',
  },
  DEVICE_REFUSED: {
    title: 'Mobilen är okänd',
    detail: 'Den togs bort eller blev aldrig godkänd. Inget har dragits.',
  },
  WRONG_CODE: {
    title: 'Fel kod',
    detail: 'Koden är fel, redan använd eller för gammal. Be om en ny.',
  },
  LIMIT_EXCEEDED: {
    title: 'Över din gräns',
    detail: 'Det är mer än gränsen som du har satt. Inget har dragits.',
  },
  PIN_LOCKED: {
    title: 'PIN-koden är spärrad',
    detail: 'Den var fel för många gånger. Inget har dragits. Be kundtjänst att låsa upp den.',
  },
  UNAUTHORIZED: {
    title: 'Logga in igen',
    detail: 'Du loggades ut för att hålla dina pengar säkra.',
  },
  OFFER_CHANGED: {
    title: 'Beloppet har ändrats',
    detail: 'Se det nya beloppet och bekräfta det med din PIN-kod. Inget har dragits.',
  },
  TOO_LATE: {
    title: 'För sent',
    detail: 'Erbjudandet gäller inte längre. Skanna igen för att få ett nytt.',
  },
  IN_PROGRESS: {
    title: 'Arbetar fortfarande',
    detail: 'Det första försöket är inte klart än. Försök igen om en stund.',
  },
  KEY_REUSED: {
    title: 'Det gick inte',
    detail: 'Börja om från början.',
  },
  INVALID_REQUEST: {
    title: 'Det gick inte',
    detail: 'Något i förfrågan stämde inte. Börja om från början.',
  },
  RATE_LIMITED: {
    title: 'För många försök',
    detail: 'Vänta lite och försök sedan igen. Inget har dragits.',
  },
  OVERLOADED: {
    title: 'Hög belastning just nu',
    detail: 'Väldigt många betalar nu. Försök igen om en stund. Inget har dragits.',
  },
  BY_CUSTOMER: {
    title: 'Avbrutet',
    detail: 'Du avbröt. Inget har dragits.',
  },
  BY_MERCHANT: {
    title: 'Avbrutet av säljaren',
    detail: 'Säljaren avbröt. Inget har dragits. Skanna igen för att börja om.',
  },
  SUPERSEDED: {
    title: 'Ersatt av en nyare skanning',
    detail: 'Inget har dragits här.',
  },
  NOT_APPROVED: {
    title: 'Tiden gick ut',
    detail: 'Erbjudandet bekräftades inte i tid. Inget har dragits. Skanna igen för ett nytt.',
  },
  NOTHING_TAKEN: {
    title: 'Inget drogs',
    detail: 'Automaten lämnade inte ut något, så hela beloppet är ditt igen.',
  },
  NOT_COMMITTED: {
    title: 'Inget drogs',
    detail: 'Säljaren rapporterade inget köp i tid, så hela beloppet är ditt igen.',
  },
  NOT_NOTICED: {
    title: 'Inte betalt: pengarna är tillbaka',
    detail: 'Butiken bekräftade inte din betalning, så inget har dragits. Fråga i butiken.',
  },
} satisfies Record<ProblemCode | EndingCode, { title: string; detail: string }>;

/** Titles of endings that mean something else for a bill than at a machine. */
export const billTitles = {
  SUPERSEDED: 'Kan inte betalas längre',
  NOTHING_TAKEN: 'Återlämnat',
};
