/** What makes the wallet an app: its name on the phone, settings, notifications, installing. */

/** The words of the app itself. */
export const app = {
  page: {
    title: 'SEQR',
    description: 'Pay at the machine with your phone. You pay only what you take.',
    noScript: 'This page needs JavaScript to pay at the machine.',
    name: 'SEQR – pay at the machine',
    short: 'SEQR',
    scan: 'Scan a machine',
    pictures: { home: 'Your balance and purchases', offer: 'What you pay at most' },
  },
  settings: {
    title: 'Settings',
    language: 'Language',
    asPhone: 'As on this phone',
    cues: 'Sound and vibration',
    sound: 'Sounds',
    soundNote: 'A short tone when the machine unlocks, and when something ends.',
    haptics: 'Vibration',
    hapticsNote: 'Where this phone can vibrate.',
    tryIt: 'Try it',
    notifications: 'Notifications',
    notificationsNote: 'When a purchase ends or is refunded while the wallet is closed.',
    denied: 'The browser has blocked them for this page. Allow them in its settings.',
    impossible: 'This browser cannot show any. On an iPhone, install the wallet first.',
    failed: 'That did not work. Check your network and try again.',
  },
  ask: {
    title: 'Shall we tell you?',
    note: 'When a purchase ends or is refunded while the wallet is closed.',
    yes: 'Yes, please',
    no: 'No, thanks',
  },
  install: {
    title: 'Keep it at hand',
    note: 'Put the wallet on your home screen: it opens at once, also with a weak network.',
    action: 'Install',
    ios: 'Tap the share button of the browser, then “Add to Home Screen”.',
    later: 'Not now',
  },
  push: {
    PAID: 'Paid',
    RELEASED: 'Nothing was charged',
    REFUSED: 'The purchase was refused',
    CANCELED: 'The purchase was cancelled',
    EXPIRED: 'The offer has run out',
    REFUNDED: 'Money came back',
    body: 'Tap to see the purchase.',
  },
  asOf: (time: string) => `As of ${time}`,
} as const;
