/** Whose code it is, and what to do when something went wrong, in German. */

import type { Text } from '../words.ts';

/** The words of trust. */
export const trust: Text['trust'] = {
  code: {
    verified: 'Geprüfter Code',
    changedTitle: 'Dieser Code wurde verändert',
    changed:
      'Hier nicht bezahlen. Bitte melden. Es ist nicht der Code, der für diesen Automaten ' +
      'gemacht wurde; nichts wurde an den Verkäufer geschickt und nichts abgebucht.',
    report: 'Melden',
    reported: 'Danke. Wir gehen dem nach.',
    unreported: 'Das hat nicht geklappt. Sagen Sie es dem, dem der Automat gehört.',
    unsignedTitle: 'Dieser Code genügt hier nicht',
    unsigned:
      'Dieser Verkäufer nimmt nur signierte Codes. Scannen Sie den Code am Automaten selbst; ' +
      'wenn Sie das gerade getan haben, bezahlen Sie dort nicht. Nichts wurde abgebucht.',
    asking: 'Wir sehen nach, wessen Code das ist…',
    unreachable:
      'Wir konnten nicht nachsehen, wessen Code das ist. Die nächste Seite sagt es, bevor Sie ' +
      'bezahlen.',
  },
  report: {
    title: 'Problem melden',
    lead: (merchant) => `${merchant} liest es und antwortet Ihnen hier.`,
    kind: 'Was ging schief?',
    kinds: {
      NOTHING_CAME: 'Nichts kam heraus',
      WRONG_AMOUNT: 'Falscher Betrag',
      MACHINE_DAMAGED: 'Automat ist beschädigt',
      OTHER: 'Etwas anderes',
    },
    notReceived: 'Nicht erhalten',
    text: 'Was ist passiert?',
    hint: 'Das Feld kann leer bleiben. Schreiben Sie nie Ihre PIN hinein.',
    send: 'Meldung senden',
    sending: 'Wird gesendet…',
    choose: 'Wählen Sie zuerst, was schiefging.',
    lost: 'Keine Verbindung. Nichts ist verloren: senden Sie es noch einmal.',
    tooMany: 'Sie haben an einem Tag zehn Probleme gemeldet. Versuchen Sie es morgen wieder.',
    failed: 'Das hat nicht geklappt. Versuchen Sie es gleich noch einmal.',
  },
  cases: {
    title: 'Was Sie gemeldet haben',
    states: { OPEN: 'Gesendet', ANSWERED: 'Beantwortet', CLOSED: 'Erledigt' },
    waiting: (merchant) => `${merchant} hat noch nicht geantwortet.`,
    answer: (merchant) => `${merchant} antwortet`,
    settled: 'Damit ist es erledigt',
    unsettled: 'Das hat nicht geklappt. Versuchen Sie es gleich noch einmal.',
  },
};
