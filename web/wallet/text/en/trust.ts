/** Whose code it is, whether it is the right one, and what to do when something went wrong. */

/** The words of trust. */
export const trust = {
  code: {
    verified: 'Verified code',
    changedTitle: 'This code has been changed',
    changed:
      'Do not pay here. Report it. It is not the code that was made for this machine; ' +
      'nothing was sent to the seller, and nothing was charged.',
    report: 'Report it',
    reported: 'Thank you. We look into it.',
    unreported: 'That did not work. Tell whoever the machine belongs to.',
    unsignedTitle: 'That code is not enough here',
    unsigned:
      'This seller takes signed codes only. Scan the code on the machine itself; ' +
      'if you just did, do not pay there. Nothing was charged.',
    asking: 'Looking up whose code this is…',
    unreachable: 'We could not look up whose code this is. The next page says it, before you pay.',
  },
  report: {
    title: 'Report a problem',
    lead: (merchant: string) => `${merchant} reads it and answers you here.`,
    kind: 'What went wrong?',
    kinds: {
      NOTHING_CAME: 'Nothing came out',
      WRONG_AMOUNT: 'Wrong amount',
      MACHINE_DAMAGED: 'Machine is damaged',
      OTHER: 'Something else',
    },
    notReceived: 'I did not get it',
    text: 'What happened?',
    hint: 'You may leave it empty. Never write your PIN here.',
    send: 'Send the report',
    sending: 'Sending…',
    choose: 'Choose first what went wrong.',
    lost: 'No connection. Nothing is lost: send it again.',
    tooMany: 'You have reported ten problems within a day. Try again tomorrow.',
    failed: 'That did not work. Try again in a moment.',
  },
  cases: {
    title: 'What you reported',
    states: { OPEN: 'Sent', ANSWERED: 'Answered', CLOSED: 'Closed' },
    waiting: (merchant: string) => `${merchant} has not answered yet.`,
    answer: (merchant: string) => `${merchant} answers`,
    settled: 'That settles it',
    unsettled: 'That did not work. Try again in a moment.',
  },
};
