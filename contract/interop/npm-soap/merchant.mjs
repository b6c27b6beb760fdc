/** A merchant with a till of its own, and what it says to whoever runs it. */

import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';

/** What the client invents for its new terminal. */
export const TERMINAL_PASSWORD = 'q7Lw2Zk9Tn4Vb1X';
const POLL_MS = 100;
const PATIENCE_MS = 30_000;

const input = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

/** One line of the protocol. */
export const say = (line) => process.stdout.write(`${line.replaceAll(/\s+/g, ' ')}\n`);

/** Has the other side do something; answers what it says about it. */
export async function ask(question) {
  say(`? ${question}`);
  const { value } = await input.next();
  return value.trim();
}

/** Asks until `done` says so, or patience ends; answers the last answer. */
export async function until(look, done) {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const now = await look();
    if (done(now) || performance.now() > end) return now;
    await sleep(POLL_MS);
  }
}

/** An amount. */
export const amount = (currency, value) => ({ currency, value });
/** An amount in EUR. */
export const euros = (value) => amount('EUR', value);
/** A line of a bill. */
export const row = (itemDescription, value) => ({
  itemDescription,
  itemQuantity: 1,
  itemTotalAmount: euros(value),
});

/** A bill of one row. */
export const bill = (value, fields = {}) => ({
  title: 'Corner Café',
  invoiceRows: { invoiceRow: [row('Espresso', value)] },
  totalAmount: euros(value),
  ...fields,
});

/** The credentials that every request carries. */
export const context = (initiatorPrincipalId, password) => ({
  channel: 'WS',
  clientId: 'npm soap',
  clientReference: 'interop',
  clientRequestTimeout: 0,
  initiatorPrincipalId,
  password,
});
/** The credentials of a terminal. */
export const terminal = (id, password) => context({ id, type: 'TERMINALID' }, password);

/** A merchant at work: steps say how they went, `failed` says whether one went otherwise. */
export class Merchant {
  failed = false;
  till = undefined;
  tillId = undefined;

  constructor(api, merchant, user, password, notifications) {
    this.api = api;
    this.merchant = merchant;
    this.user = user;
    this.password = password;
    this.notifications = notifications;
    this.seqrId = `${merchant.replaceAll('-', '').toUpperCase()}1`;
  }

  shop() {
    const { merchant, user, password } = this;
    return context({ id: merchant, type: 'RESELLERUSER', userId: user }, password);
  }

  /** Says whether a step went as wanted. */
  expect(step, actual, wanted) {
    if (isDeepStrictEqual(actual, wanted)) return say(`OK ${step}`);
    this.failed = true;
    return say(`DEVIATION ${step}: ${JSON.stringify(actual)} instead of ${JSON.stringify(wanted)}`);
  }

  /** Calls an operation; answers what stands in `return`. */
  async call(operation, request) {
    const [answer] = await this.api[`${operation}Async`](request);
    return answer.return;
  }

  /** A call whose code alone matters; answers all of it. */
  async codes(step, wanted, operation, request) {
    const answer = await this.call(operation, request);
    this.expect(step, answer.resultCode, wanted);
    return answer;
  }

  send(context, invoice) {
    return this.codes('sendInvoice', 0, 'sendInvoice', { context, invoice });
  }

  /** Asks until the invoice is in a state, as tills do; answers the last answer. */
  async poll(context, invoiceReference, status) {
    let invoiceVersion = 0;
    const last = await until(
      async () => {
        const request = { context, invoiceReference, invoiceVersion };
        const now = await this.call('getPaymentStatus', request);
        invoiceVersion = now.version;
        return now;
      },
      (now) => now.resultCode !== 0 || now.status === status,
    );
    this.expect(`getPaymentStatus, ${status}`, [last.resultCode, last.status], [0, status]);
    return last;
  }

  /** A bill that the customer pays at once; answers reference and last status. */
  async pay(context, value, code, fields = {}) {
    const invoice = bill(value, { acknowledgmentMode: 'NO_ACKNOWLEDGMENT', ...fields });
    const { invoiceReference, invoiceQRCode } = await this.send(context, invoice);
    const seen = await ask(`scan ${code ?? invoiceQRCode}`);
    this.expect("the customer's offer", seen, `AWAITING_APPROVAL ${value}`);
    this.expect("the customer's PIN", await ask('confirm'), 'CONFIRMING');
    const paid = await this.poll(context, invoiceReference, 'PAID');
    this.expect("the customer's receipt", await ask('outcome'), `PAID ${value}`);
    return { invoiceReference, paid };
  }

  /** The reseller's part of a scan at a machine, up to RESERVED; answers the reference. */
  async reserve(commitReservationTimeout, fields = {}) {
    const [, value, currency] = (await ask('machine')).split(' ');
    this.expect('createPurchase, currency', currency, 'EUR');
    const invoice = bill(value, {
      paymentMode: 'RESERVATION_REQUIRED_PRELIMINARY_AMOUNT',
      acknowledgmentMode: 'NO_ACKNOWLEDGMENT',
      commitReservationTimeout,
      ...fields,
    });
    const { invoiceReference } = await this.send(this.till, invoice);
    const offered = await ask(`offer ${invoiceReference}`);
    this.expect("the customer's offer", offered, `AWAITING_APPROVAL ${value}`);
    this.expect("the customer's PIN", await ask('confirm'), 'RESERVED');
    return invoiceReference;
  }

  /** Runs scenarios; one that breaks off does not keep the next from running. */
  async run(scenarios) {
    for (const [name, scenario] of Object.entries(scenarios)) {
      say(`SCENARIO ${name}`);
      try {
        await scenario(this);
      } catch (error) {
        this.failed = true;
        say(`DEVIATION broke off with ${String(error)}`);
      }
    }
  }
}
