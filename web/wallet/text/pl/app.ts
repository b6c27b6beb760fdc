/** What makes the wallet an app, in Polish. */

/** The words of the app itself. */
export const app = {
  page: {
    title: 'SEQR',
    description: 'Płać w automacie telefonem. Płacisz tylko za to, co weźmiesz.',
    noScript: 'Aby zapłacić, włącz na tej stronie JavaScript.',
    name: 'SEQR – płać w automacie',
    short: 'SEQR',
    scan: 'Skanuj automat',
    pictures: { home: 'Twoje środki i zakupy', offer: 'Ile najwyżej zapłacisz' },
  },
  settings: {
    title: 'Ustawienia',
    language: 'Język',
    asPhone: 'Taki jak w telefonie',
    cues: 'Dźwięk i wibracje',
    sound: 'Dźwięki',
    soundNote: 'Krótki ton, gdy automat się otworzy i gdy coś się zakończy.',
    haptics: 'Wibracje',
    hapticsNote: 'Jeśli telefon potrafi wibrować.',
    tryIt: 'Wypróbuj',
    notifications: 'Powiadomienia',
    notificationsNote: 'Gdy zakup się zakończy lub zostanie zwrócony, a portfel jest zamknięty.',
    denied: 'Przeglądarka zablokowała je dla tej strony. Zezwól na nie w jej ustawieniach.',
    impossible: 'Ta przeglądarka ich nie pokazuje. Na iPhonie najpierw zainstaluj portfel.',
    failed: 'Nie udało się. Sprawdź sieć i spróbuj ponownie.',
  },
  ask: {
    title: 'Czy mamy Cię powiadamiać?',
    note: 'Gdy zakup się zakończy lub zostanie zwrócony, a portfel jest zamknięty.',
    yes: 'Tak, proszę',
    no: 'Nie, dziękuję',
  },
  install: {
    title: 'Miej go pod ręką',
    note: 'Dodaj portfel do ekranu głównego: otworzy się od razu, nawet przy słabym zasięgu.',
    action: 'Zainstaluj',
    ios: 'Dotknij przycisku udostępniania w przeglądarce, a potem „Do ekranu początkowego”.',
    later: 'Nie teraz',
  },
  push: {
    PAID: 'Zapłacono',
    RELEASED: 'Nic nie pobrano',
    REFUSED: 'Odmówiono zakupu',
    CANCELED: 'Zakup anulowano',
    EXPIRED: 'Oferta wygasła',
    REFUNDED: 'Pieniądze wróciły',
    body: 'Dotknij, aby zobaczyć zakup.',
  },
  asOf: (time: string) => `Stan z ${time}`,
} as const;
