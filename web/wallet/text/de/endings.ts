/** States, refusals and endings in German. */

import type { EndingCode, ProblemCode, PurchaseState } from '@seqr-ups/contract';

/** How a state is called in the history. */
export const states = {
  OPENED: 'Automat wird gefragt',
  AWAITING_APPROVAL: 'Wartet auf Ihre PIN',
  AWAITING_MERCHANT: 'Wartet auf das Geschäft',
  CONFIRMING: 'Bezahlt',
  RESERVED: 'Automat ist offen',
  PAID: 'Bezahlt',
  RELEASED: 'Nichts abgebucht',
  REFUSED: 'Abgelehnt',
  CANCELED: 'Abgebrochen',
  EXPIRED: 'Zeit abgelaufen',
} satisfies Record<PurchaseState, string>;

/** Refusals and endings by code. */
export const endings = {
  INSUFFICIENT_FUNDS: {
    title: 'Guthaben reicht nicht',
    detail: 'Der Automat braucht mehr, als Sie jetzt reservieren können. Nichts wurde abgebucht.',
  },
  DEVICE_IN_USE: {
    title: 'Automat belegt',
    detail:
      'Jemand anders benutzt ihn gerade. Versuchen Sie es gleich noch einmal. Nichts wurde ' +
      'abgebucht.',
  },
  DEVICE_UNAVAILABLE: {
    title: 'Außer Betrieb',
    detail:
      'Dieser Automat ist außer Betrieb. Bitte nehmen Sie einen anderen. Nichts wurde abgebucht.',
  },
  INVOICING_ERROR: {
    title: 'Zahlung nicht möglich',
    detail: 'Der Verkäufer konnte die Zahlung nicht vorbereiten. Nichts wurde abgebucht.',
  },
  SYSTEM_ERROR: {
    title: 'Das hat nicht geklappt',
    detail: 'Beim Verkäufer ist etwas schiefgegangen. Nichts wurde abgebucht.',
  },
  INVALID_CODE: {
    title: 'Kein Code zum Bezahlen',
    detail:
      'Dieser Code gehört zu keinem Automaten, keiner Kasse und keiner Rechnung. Nichts wurde ' +
      'abgebucht.',
  },
  UNKNOWN_MERCHANT: {
    title: 'Unbekannter Verkäufer',
    detail:
      'Der Code ist vielleicht falsch, oder jemand hat den richtigen überklebt. Nichts wurde ' +
      'abgebucht.',
  },
  NO_INVOICE_YET: {
    title: 'Noch nichts zu bezahlen',
    detail:
      'Die Kasse hat den Betrag noch nicht gesendet. Versuchen Sie es noch einmal, sobald er ' +
      'da ist.',
  },
  NOT_FOUND: {
    title: 'Nicht gefunden',
    detail: 'Es gehört vielleicht jemand anderem, oder es gab es nie.',
  },
  WRONG_PIN: {
    title: 'Falsche PIN',
    detail: 'Nichts wurde abgebucht. Bitte versuchen Sie es noch einmal.',
  },
  DEVICE_REQUIRED: {
    title: 'Handy noch nicht freigegeben',
    detail: 'Bezahlen geht nur mit einem Handy, das Sie freigegeben haben. Nichts wurde abgebucht.',
  },
  DEVICE_REFUSED: {
    title: 'Handy nicht bekannt',
    detail: 'Es wurde entfernt oder nie freigegeben. Nichts wurde abgebucht.',
  },
  WRONG_CODE: {
    title: 'Falscher Code',
    detail: 'Der Code ist falsch, schon benutzt oder zu alt. Bitten Sie um einen neuen.',
  },
  LIMIT_EXCEEDED: {
    title: 'Über Ihrem Limit',
    detail: 'Das ist mehr als Ihr eigenes Limit. Nichts wurde abgebucht.',
  },
  PIN_LOCKED: {
    title: 'PIN gesperrt',
    detail: 'Sie war zu oft falsch. Nichts wurde abgebucht. Der Kundendienst kann sie entsperren.',
  },
  UNAUTHORIZED: {
    title: 'Bitte neu anmelden',
    detail: 'Sie wurden abgemeldet, damit Ihr Geld sicher bleibt.',
  },
  OFFER_CHANGED: {
    title: 'Der Betrag hat sich geändert',
    detail:
      'Prüfen Sie den neuen Betrag und bestätigen Sie ihn mit Ihrer PIN. Nichts wurde abgebucht.',
  },
  TOO_LATE: {
    title: 'Zu spät',
    detail: 'Dieses Angebot gilt nicht mehr. Scannen Sie noch einmal für ein neues.',
  },
  IN_PROGRESS: {
    title: 'Es läuft noch',
    detail: 'Der erste Versuch ist noch nicht zu Ende. Versuchen Sie es gleich noch einmal.',
  },
  KEY_REUSED: {
    title: 'Das hat nicht geklappt',
    detail: 'Bitte beginnen Sie von vorn.',
  },
  INVALID_REQUEST: {
    title: 'Das hat nicht geklappt',
    detail: 'Etwas daran stimmte nicht. Bitte beginnen Sie von vorn.',
  },
  RATE_LIMITED: {
    title: 'Zu viele Versuche',
    detail: 'Warten Sie kurz und versuchen Sie es dann noch einmal. Nichts wurde abgebucht.',
  },
  OVERLOADED: {
    title: 'Gerade sehr viel Betrieb',
    detail:
      'Sehr viele bezahlen gerade. Versuchen Sie es gleich noch einmal. Nichts wurde abgebucht.',
  },
  BY_CUSTOMER: {
    title: 'Abgebrochen',
    detail: 'Sie haben abgebrochen. Nichts wurde abgebucht.',
  },
  BY_MERCHANT: {
    title: 'Vom Verkäufer abgebrochen',
    detail:
      'Der Verkäufer hat abgebrochen. Nichts wurde abgebucht. Scannen Sie noch einmal, um neu ' +
      'zu beginnen.',
  },
  SUPERSEDED: {
    title: 'Durch einen neueren Scan ersetzt',
    detail: 'Hier wurde nichts abgebucht.',
  },
  NOT_APPROVED: {
    title: 'Zeit abgelaufen',
    detail:
      'Das Angebot wurde nicht rechtzeitig bestätigt. Nichts wurde abgebucht. Scannen Sie ' +
      'noch einmal.',
  },
  NOTHING_TAKEN: {
    title: 'Nichts abgebucht',
    detail: 'Der Automat hat nichts ausgegeben; der ganze Betrag gehört wieder Ihnen.',
  },
  NOT_COMMITTED: {
    title: 'Nichts abgebucht',
    detail:
      'Der Verkäufer hat rechtzeitig keinen Verkauf gemeldet; der ganze Betrag gehört wieder ' +
      'Ihnen.',
  },
  NOT_NOTICED: {
    title: 'Nicht bezahlt: Ihr Geld ist zurück',
    detail:
      'Das Geschäft hat Ihre Zahlung nicht bestätigt, darum wurde nichts abgebucht. Fragen ' +
      'Sie dort nach.',
  },
} satisfies Record<ProblemCode | EndingCode, { title: string; detail: string }>;

/** Titles of endings that mean something else for a bill than at a machine. */
export const billTitles = {
  SUPERSEDED: 'Nicht mehr zahlbar',
  NOTHING_TAKEN: 'Zurückgegeben',
};
