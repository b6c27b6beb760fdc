/** What makes the wallet an app, in Swedish. */

/** The words of the app itself. */
export const app = {
  page: {
    title: 'SEQR',
    description: 'Betala i automaten med mobilen. Du betalar bara för det du tar.',
    noScript: 'Sidan behöver JavaScript för att du ska kunna betala.',
    name: 'SEQR – betala i automaten',
    short: 'SEQR',
    scan: 'Skanna en automat',
    pictures: { home: 'Ditt saldo och dina köp', offer: 'Vad du betalar som mest' },
  },
  settings: {
    title: 'Inställningar',
    language: 'Språk',
    asPhone: 'Samma som mobilen',
    cues: 'Ljud och vibration',
    sound: 'Ljud',
    soundNote: 'En kort ton när automaten låses upp och när något tar slut.',
    haptics: 'Vibration',
    hapticsNote: 'Om mobilen kan vibrera.',
    tryIt: 'Prova',
    notifications: 'Aviseringar',
    notificationsNote: 'När ett köp avslutas eller återbetalas medan plånboken är stängd.',
    denied: 'Webbläsaren har blockerat dem för den här sidan. Tillåt dem i dess inställningar.',
    impossible: 'Den här webbläsaren kan inte visa några. På en iPhone: installera först.',
    failed: 'Det gick inte. Kontrollera nätet och försök igen.',
  },
  ask: {
    title: 'Ska vi säga till?',
    note: 'När ett köp avslutas eller återbetalas medan plånboken är stängd.',
    yes: 'Ja tack',
    no: 'Nej tack',
  },
  install: {
    title: 'Ha den nära till hands',
    note: 'Lägg plånboken på hemskärmen: den öppnas direkt, även med svagt nät.',
    action: 'Installera',
    ios: 'Tryck på webbläsarens delaknapp och sedan på ”Lägg till på hemskärmen”.',
    later: 'Inte nu',
  },
  push: {
    PAID: 'Betalt',
    RELEASED: 'Inget har dragits',
    REFUSED: 'Köpet nekades',
    CANCELED: 'Köpet avbröts',
    EXPIRED: 'Erbjudandet har gått ut',
    REFUNDED: 'Pengar kom tillbaka',
    body: 'Tryck för att se köpet.',
  },
  asOf: (time: string) => `Senast hört ${time}`,
} as const;
