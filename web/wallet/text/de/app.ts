/** What makes the wallet an app, in German. */

/** The words of the app itself. */
export const app = {
  page: {
    title: 'SEQR',
    description: 'Am Automaten mit dem Handy bezahlen. Sie bezahlen nur, was Sie nehmen.',
    noScript: 'Zum Bezahlen braucht diese Seite JavaScript.',
    name: 'SEQR – am Automaten bezahlen',
    short: 'SEQR',
    scan: 'Automaten scannen',
    pictures: { home: 'Ihr Guthaben und Ihre Käufe', offer: 'Was Sie höchstens bezahlen' },
  },
  settings: {
    title: 'Einstellungen',
    language: 'Sprache',
    asPhone: 'Wie auf diesem Handy',
    cues: 'Töne und Vibration',
    sound: 'Töne',
    soundNote: 'Ein kurzer Ton, wenn der Automat sich öffnet und wenn etwas zu Ende ist.',
    haptics: 'Vibration',
    hapticsNote: 'Wenn dieses Handy vibrieren kann.',
    tryIt: 'Ausprobieren',
    notifications: 'Mitteilungen',
    notificationsNote: 'Wenn ein Kauf endet oder erstattet wird, während die Wallet zu ist.',
    denied: 'Der Browser blockiert sie für diese Seite. Erlauben Sie sie in den Einstellungen.',
    impossible: 'Dieser Browser zeigt keine. Installieren Sie auf einem iPhone zuerst die Wallet.',
    failed: 'Das hat nicht geklappt. Prüfen Sie Ihr Netz und versuchen Sie es noch einmal.',
  },
  ask: {
    title: 'Sollen wir Bescheid geben?',
    note: 'Wenn ein Kauf endet oder erstattet wird, während die Wallet zu ist.',
    yes: 'Ja, bitte',
    no: 'Nein, danke',
  },
  install: {
    title: 'Immer griffbereit',
    note: 'Legen Sie die Wallet auf den Startbildschirm: sofort da, auch bei schwachem Netz.',
    action: 'Installieren',
    ios: 'Tippen Sie im Browser auf Teilen, dann auf „Zum Home-Bildschirm“.',
    later: 'Jetzt nicht',
  },
  push: {
    PAID: 'Bezahlt',
    RELEASED: 'Nichts wurde abgebucht',
    REFUSED: 'Der Kauf wurde abgelehnt',
    CANCELED: 'Der Kauf wurde abgebrochen',
    EXPIRED: 'Das Angebot ist abgelaufen',
    REFUNDED: 'Geld kam zurück',
    body: 'Tippen, um den Kauf zu sehen.',
  },
  asOf: (time: string) => `Stand ${time}`,
} as const;
