/** Devices, PIN and the lock of the wallet's own screen, in German. */

/** The words of every screen about them. */
export const security = {
  title: 'Sicherheit',
  lost: 'Keine Verbindung. Prüfen Sie Ihr Netz und versuchen Sie es noch einmal.',
  later: 'Später',
  device: {
    here: 'Dieses Handy',
    others: 'Ihre anderen Geräte',
    none: 'Kein anderes Gerät kann von Ihrem Konto bezahlen.',
    pending: 'Wartet auf Freigabe',
    absent: 'Kann noch nicht bezahlen',
    notNeeded: 'Hier genügt Ihre PIN.',
    used: (time: string) => `Zuletzt benutzt: ${time}`,
    letIn: 'Dieses Handy freigeben',
    unnamed: 'Ein Browser',
    remove: 'Entfernen',
    removeTitle: 'Dieses Gerät entfernen?',
    removeNote: (name: string) => `${name} wird sofort abgemeldet und kann nicht mehr bezahlen.`,
    removeOwn:
      'Das ist das Handy in Ihrer Hand. Sie werden abgemeldet, und es muss neu freigegeben werden.',
    removePin: 'Mit PIN entfernen',
    removed: (name: string) => `${name} wurde entfernt.`,
    keep: 'Behalten',
  },
  wait: {
    title: 'Dieses Handy freigeben',
    lead:
      'Zum Bezahlen gehören Ihre PIN und ein Handy, das Sie freigegeben haben. ' +
      'Eine gestohlene PIN allein kauft nichts.',
    again: 'Dieses Handy ist nicht mehr freigegeben: es wurde entfernt, oder sein Schlüssel fehlt.',
    required: 'Es muss freigegeben werden, bevor es bezahlt.',
    digits: 'Prüfziffern',
    spelled: (digits: string) => `Prüfziffern ${digits}`,
    how: 'Auf einem Handy, mit dem Sie schon bezahlen:',
    steps: {
      open: 'Öffnen Sie dort SEQR.',
      touch: 'Tippen Sie auf „Ein weiteres Handy bittet um Freigabe“.',
      compare: 'Zeigt es dieselben Ziffern, geben Sie dieses Handy mit Ihrer PIN frei.',
    },
    left: 'verbleiben',
    waiting: 'Diese Seite macht von selbst weiter.',
    gone: 'Das Handy wurde abgelehnt oder nicht rechtzeitig freigegeben.',
    ask: 'Noch einmal bitten',
    codeTitle: 'Kein anderes Handy?',
    codeFirst: 'Ihr erstes Handy',
    codeLead: 'Der Kundendienst gibt Ihnen einen Code, der einmal gilt.',
    code: 'Code vom Kundendienst',
    codeWrong: 'Geben Sie den Code so ein, wie Sie ihn vom Kundendienst haben.',
    send: 'Dieses Handy freigeben',
    unableTitle: 'Dieser Browser kann keinen Schlüssel aufbewahren',
    unable:
      'Jede Zahlung wird hier mit einem Schlüssel unterschrieben, den das Handy aufbewahrt. ' +
      'Öffnen Sie SEQR unter seiner https-Adresse, nicht in einem privaten Fenster. ' +
      'Bis dahin können Sie alles ansehen, aber nicht bezahlen.',
    doneTitle: 'Dieses Handy ist freigegeben',
    done: 'Sie können jetzt damit bezahlen.',
  },
  approve: {
    banner: 'Ein weiteres Handy bittet um Freigabe',
    bannerNote: 'Sehen Sie es an, bevor Sie es freigeben',
    title: 'Dieses Handy freigeben?',
    asks: (name: string, time: string) =>
      `${name} hat sich um ${time} mit Ihrer Nummer und PIN angemeldet.`,
    compare: 'Zeigt jenes Handy diese Ziffern?',
    warning: 'Geben Sie nie ein Handy frei, das Sie nicht in der Hand haben.',
    notHere: 'Dieses Handy ist selbst nicht freigegeben und kann kein anderes freigeben.',
    same: 'Dieselben: freigeben',
    other: 'Nicht meins: ablehnen',
    pinIn: 'Mit PIN freigeben',
    pinOut: 'Mit PIN ablehnen',
    back: 'Noch einmal ansehen',
    letInTitle: 'Freigegeben',
    letIn: (name: string) => `${name} kann jetzt bezahlen.`,
    refusedTitle: 'Abgelehnt',
    refused: (name: string) =>
      `${name} kann nicht bezahlen. Ändern Sie Ihre PIN: wer es versucht hat, kennt sie.`,
    goneTitle: 'Niemand wartet mehr',
    gone: 'Jenes Handy wurde freigegeben, abgelehnt, oder es dauerte zu lange.',
  },
  pin: {
    section: 'PIN',
    open: 'PIN ändern',
    present: 'Ihre jetzige PIN',
    fresh: 'Ihre neue PIN',
    freshNote: 'Vier Ziffern, die niemand errät. Kein Geburtsjahr.',
    again: 'Ihre neue PIN noch einmal',
    differs: 'Die beiden waren nicht gleich. Wählen Sie die neue PIN noch einmal.',
    weak:
      'Viermal dieselbe Ziffer oder Ziffern der Reihe nach errät man zuerst. ' +
      'Wählen Sie eine andere PIN.',
    unchanged: 'Das ist Ihre jetzige PIN. Wählen Sie eine andere.',
  },
  unlock: {
    title: 'PIN entsperren',
    open: 'PIN gesperrt oder vergessen?',
    lead: 'Der Kundendienst prüft, wer Sie sind, und gibt Ihnen einen Code, der einmal gilt.',
    next: 'Neue PIN wählen',
  },
  signedOut: {
    PIN_CHANGED:
      'Ihre PIN ist geändert. Sie wurden überall abgemeldet; melden Sie sich mit der neuen an.',
    PIN_UNLOCKED: 'Ihre PIN ist entsperrt. Melden Sie sich mit der neuen an.',
    REMOVED: 'Dieses Handy wurde aus Ihrem Konto entfernt.',
  },
  lock: {
    title: 'SEQR ist gesperrt',
    lead: 'Entsperren Sie es so wie dieses Handy.',
    unlock: 'Entsperren',
    failed: 'Es ließ sich nicht entsperren. Noch einmal, oder abmelden und die PIN benutzen.',
    signOut: 'Stattdessen abmelden',
    section: 'Bildschirmsperre',
    setting: 'SEQR auf diesem Handy sperren',
    note: 'Fragt nach Fingerabdruck, Gesicht oder Handycode. Geld verlangt weiter Ihre PIN.',
    refused: 'Das Handy hat nicht bestätigt, dass Sie es sind. Nichts wurde geändert.',
  },
} as const;
