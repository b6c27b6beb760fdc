/** What a machine's display says, in each of its languages; no line has more than 20 characters. */

import type { MachineFace, MachineLanguage } from '@seqr-ups/contract';

/** The lines of one language. */
export type DisplayWords = {
  readonly scan: readonly [string, string];
  readonly confirm: readonly [string, string];
  readonly choose: string;
  /** Before the amount that is left. */
  readonly credit: string;
  readonly moment: string;
  readonly working: Readonly<Record<MachineFace, string>>;
  readonly done: Readonly<Record<MachineFace, string>>;
  readonly jammed: string;
  readonly notCharged: string;
  readonly refused: string;
  readonly soldOut: string;
  readonly tooDear: string;
  readonly another: string;
  readonly outOfOrder: string;
  readonly noConnection: string;
  /** Between whole units and their hundredths. */
  readonly decimal: '.' | ',';
};

/** All languages. */
export const DISPLAY_WORDS: Readonly<Record<MachineLanguage, DisplayWords>> = {
  en: {
    scan: ['Please scan', 'the code to pay'],
    confirm: ['Confirm with PIN', 'on your phone'],
    choose: 'Please choose',
    credit: 'Credit',
    moment: 'One moment, please',
    working: {
      COFFEE: 'Brewing…',
      SPIRAL: 'Vending…',
      LAUNDRY: 'Starting…',
      CHARGER: 'Charging…',
      LOCKER: 'Opening…',
    },
    done: {
      COFFEE: 'Enjoy!',
      SPIRAL: 'Enjoy!',
      LAUNDRY: 'Running. Thank you',
      CHARGER: 'Charged. Thank you',
      LOCKER: 'Open. Thank you',
    },
    jammed: 'Jammed',
    notCharged: 'Not charged',
    refused: 'Not possible now',
    soldOut: 'Sold out',
    tooDear: 'More than credit',
    another: 'Choose another',
    outOfOrder: 'Out of order',
    noConnection: 'No connection',
    decimal: '.',
  },
  sv: {
    scan: ['Skanna koden', 'för att betala'],
    confirm: ['Bekräfta med PIN', 'i mobilen'],
    choose: 'Välj en vara',
    credit: 'Kredit',
    moment: 'Ett ögonblick',
    working: {
      COFFEE: 'Brygger…',
      SPIRAL: 'Matar ut…',
      LAUNDRY: 'Startar…',
      CHARGER: 'Laddar…',
      LOCKER: 'Öppnar…',
    },
    done: {
      COFFEE: 'Varsågod!',
      SPIRAL: 'Varsågod!',
      LAUNDRY: 'I gång. Tack!',
      CHARGER: 'Laddat. Tack!',
      LOCKER: 'Öppet. Tack!',
    },
    jammed: 'Fastnade',
    notCharged: 'Inget debiteras',
    refused: 'Går inte just nu',
    soldOut: 'Slutsåld',
    tooDear: 'Mer än krediten',
    another: 'Välj en annan',
    outOfOrder: 'Ur funktion',
    noConnection: 'Ingen uppkoppling',
    decimal: ',',
  },
  pl: {
    scan: ['Zeskanuj kod', 'aby zapłacić'],
    confirm: ['Potwierdź PIN-em', 'w telefonie'],
    choose: 'Wybierz produkt',
    credit: 'Kredyt',
    moment: 'Chwileczkę…',
    working: {
      COFFEE: 'Parzenie…',
      SPIRAL: 'Wydawanie…',
      LAUNDRY: 'Uruchamianie…',
      CHARGER: 'Ładowanie…',
      LOCKER: 'Otwieranie…',
    },
    done: {
      COFFEE: 'Smacznego!',
      SPIRAL: 'Proszę odebrać',
      LAUNDRY: 'Działa. Dziękujemy',
      CHARGER: 'Gotowe. Dziękujemy',
      LOCKER: 'Otwarte. Dziękujemy',
    },
    jammed: 'Zacięcie',
    notCharged: 'Nic nie pobrano',
    refused: 'Teraz niemożliwe',
    soldOut: 'Wyprzedane',
    tooDear: 'Za mało kredytu',
    another: 'Wybierz inny',
    outOfOrder: 'Nieczynny',
    noConnection: 'Brak połączenia',
    decimal: ',',
  },
  de: {
    scan: ['Bitte Code scannen', 'und bezahlen'],
    confirm: ['Bitte PIN eingeben', 'auf dem Handy'],
    choose: 'Bitte wählen',
    credit: 'Kredit',
    moment: 'Einen Moment bitte',
    working: {
      COFFEE: 'Wird gebrüht…',
      SPIRAL: 'Wird ausgegeben…',
      LAUNDRY: 'Startet…',
      CHARGER: 'Lädt…',
      LOCKER: 'Öffnet…',
    },
    done: {
      COFFEE: 'Bitte sehr!',
      SPIRAL: 'Bitte sehr!',
      LAUNDRY: 'Läuft. Danke!',
      CHARGER: 'Geladen. Danke!',
      LOCKER: 'Offen. Danke!',
    },
    jammed: 'Klemmt',
    notCharged: 'Nichts berechnet',
    refused: 'Gerade nicht möglich',
    soldOut: 'Ausverkauft',
    tooDear: 'Mehr als der Kredit',
    another: 'Bitte anders wählen',
    outOfOrder: 'Außer Betrieb',
    noConnection: 'Keine Verbindung',
    decimal: ',',
  },
};
