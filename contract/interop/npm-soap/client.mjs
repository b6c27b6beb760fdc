/**
 * Drives the merchant SOAP API with the `soap` package of npm.
 *
 * Usage: client.mjs WSDL MERCHANT USER PASSWORD NOTIFICATIONS (contract/interop/README.md)
 *
 * The package reads decimals as JavaScript numbers and a repeated element that occurs once as an
 * array where the WSDL says so; answers are compared as it gives them.
 */

import { createClientAsync } from 'soap';
import {
  amount,
  ask,
  bill,
  context,
  euros,
  Merchant,
  row,
  terminal,
  TERMINAL_PASSWORD,
  until,
} from './merchant.mjs';

const UNKNOWN_REFERENCE = '20161123000000000';
const UNKNOWN_PAYMENT = '2016112300000000001000001';
const OTHER_PASSWORD = 'Zk9Tn4Vb1Xq7Lw2';
const UNKNOWN_TERMINAL = '0'.repeat(32);

/** A new till with a sticker. */
async function registration(at) {
  const joined = { id: `${at.merchant}/${at.user}`, type: 'RESELLERUSER' };
  const externalTerminalId = 'interop/npm-soap';
  const register = (step, wanted, fields) =>
    at.codes(step, wanted, 'registerTerminal', {
      context: at.shop(),
      externalTerminalId,
      password: TERMINAL_PASSWORD,
      name: 'Interop',
      ...fields,
    });
  await register('registerTerminal, short password', 22, {
    context: context(joined, at.password),
    password: 'abc',
  });
  await register('registerTerminal, no name', 56, { name: undefined });
  const { terminalId } = await register('registerTerminal', 0, {});
  at.expect('terminalId has 32 digits', terminalId.length, 32);
  at.tillId = terminalId;
  at.till = terminal(terminalId, TERMINAL_PASSWORD);
  const code = { context: at.till, seqrId: at.seqrId };
  await at.codes('assignSeqrId', 0, 'assignSeqrId', code);
  await at.codes('assignSeqrId again', 0, 'assignSeqrId', code);
  await at.codes('assignSeqrId, bad', 53, 'assignSeqrId', { ...code, seqrId: 'no-code!' });
}

/** The life of an invoice that nobody pays. */
async function unpaidBill(at) {
  const half = { totalAmount: { currency: 'EUR' } };
  const refused = { context: at.till, invoice: half };
  await at.codes('sendInvoice, half amount', 49, 'sendInvoice', refused);
  const sent = await at.send(
    at.till,
    bill('5.00', {
      paymentMode: 'IMMEDIATE_DEBIT',
      acknowledgmentMode: 'NO_ACKNOWLEDGMENT',
      issueDate: new Date(),
      clientInvoiceId: 'R-20451',
      cashierId: 'C07',
      footer: 'Thank you',
    }),
  );
  const { invoiceReference } = sent;
  at.expect('resultDescription', sent.resultDescription, 'SUCCESS');
  at.expect('invoiceQRCode', sent.invoiceQRCode, `HTTP://SEQR.SE/R${invoiceReference}`);
  const named = { context: at.till, invoiceReference };
  at.expect('version', (await at.poll(at.till, invoiceReference, 'ISSUED')).version, 1);
  const newest = await at.call('getPaymentStatus', { context: at.till, invoiceVersion: 1 });
  at.expect('getPaymentStatus, newest', newest.status, 'ISSUED');
  const change = { ...named, invoice: { totalAmount: euros('4.50') } };
  await at.codes('updateInvoice', 0, 'updateInvoice', change);
  const early = { ...named, amount: euros('4.50') };
  await at.codes('commitReservation, not reserved', 96, 'commitReservation', early);
  await at.codes('cancelInvoice', 0, 'cancelInvoice', named);
  await at.codes('cancelInvoice again', 95, 'cancelInvoice', named);
  await at.codes('updateInvoice, cancelled', 95, 'updateInvoice', change);
  const ended = await at.poll(at.till, invoiceReference, 'CANCELED');
  at.expect('no receipt', ended.receipt, undefined);
}

/** The whole unattended purchase: only what was taken is charged. */
async function machine(at) {
  const notificationUrl = `${at.notifications}machine`;
  const invoiceReference = await at.reserve(600, { notificationUrl });
  at.expect('notification', await ask('notified machine'), 'yes');
  const held = await at.poll(at.till, invoiceReference, 'RESERVED');
  at.expect('no receipt yet', held.receipt, undefined);
  const named = { context: at.till, invoiceReference };
  const invoice = {
    invoiceRows: { invoiceRow: [row('Coffee', '2.00'), row('Cup', '0.50')] },
    totalAmount: euros('2.50'),
  };
  await at.codes('updateInvoice, reserved', 0, 'updateInvoice', { ...named, invoice });
  const above = { ...named, amount: euros('20.01') };
  await at.codes('commitReservation, too much', 11, 'commitReservation', above);
  const final = { ...named, amount: euros('2.50') };
  const { ersReference } = await at.codes('commitReservation', 0, 'commitReservation', final);
  const again = await at.codes('commitReservation again', 0, 'commitReservation', final);
  at.expect('one debit', again.ersReference, ersReference);
  const paid = await at.poll(at.till, invoiceReference, 'PAID');
  at.expect('ersReference', paid.ersReference, ersReference);
  const { receipt } = paid;
  at.expect('receipt', receipt.paymentReference, ersReference);
  at.expect('receipt, terminal', receipt.terminalId, at.tillId);
  at.expect('receipt, amount', Number(receipt.invoice.totalAmount.value), 2.5);
  const items = receipt.invoice.invoiceRows.invoiceRow.map((item) => item.itemDescription);
  at.expect('receipt, rows', items, ['Coffee', 'Cup']);
  at.expect('receipt, date', receipt.paymentDate instanceof Date, true);
  at.expect("the customer's receipt", await ask('outcome'), 'PAID 2.50');
}

/** An immediate debit by the sticker at the till, noticed by polling. */
async function atTheTill(at) {
  const code = `HTTP://SEQR.SE/Q${at.seqrId}`;
  const mode = { paymentMode: 'IMMEDIATE_DEBIT' };
  const { invoiceReference, paid } = await at.pay(at.till, '5.00', code, mode);
  at.expect('ersReference has 25 digits', paid.ersReference.length, 25);
  at.expect('receipt', paid.receipt.invoiceReference, invoiceReference);
  at.expect('receipt, title', paid.receipt.invoice.title, 'Corner Café');
  const named = { context: at.till, invoiceReference };
  await at.codes('cancelInvoice, paid', 50, 'cancelInvoice', named);
  await at.codes('commitReservation, paid', 96, 'commitReservation', named);
  const late = { ...named, invoice: { title: 'too late' } };
  await at.codes('updateInvoice, paid', 90, 'updateInvoice', late);
}

/** An immediate debit by the invoice's own code, one of several open ones. */
async function webShop(at) {
  const [id, password] = (await ask('shop')).split(' ');
  const shop = terminal(id, password);
  const other = await at.send(shop, bill('7.00'));
  await at.pay(shop, '8.00', undefined, {
    backURL: 'https://shop.example/done',
    notificationUrl: `${at.notifications}shop`,
  });
  at.expect('notification', await ask('notified shop'), 'yes');
  await at.poll(shop, other.invoiceReference, 'ISSUED');
}

/** Parts of a payment go back, each once, and never more than was paid. */
async function refund(at) {
  const { invoiceReference, paid } = await at.pay(at.till, '12.00');
  const give = async (step, wanted, totalAmount, number, ersReference = paid.ersReference) => {
    const invoice = { title: 'Goods returned', clientInvoiceId: number, totalAmount };
    const request = { context: at.till, ersReference, invoice };
    return (await at.codes(step, wanted, 'refundPayment', request)).ersReference;
  };
  const first = await give('refundPayment', 0, euros('5.00'), 'RF-1');
  at.expect('a reference of its own', first !== undefined && first !== paid.ersReference, true);
  const again = await give('refundPayment again', 0, euros('5.00'), 'RF-1');
  at.expect('one refund', again, first);
  await give('refundPayment, second part', 0, euros('4.00'), 'RF-2');
  await give('refundPayment, over the limit', 98, euros('3.01'), 'RF-3');
  await give('refundPayment, zero', 11, euros('0.00'), 'RF-4');
  await give('refundPayment, other currency', 49, amount('USD', '1.00'), 'RF-5');
  await give('refundPayment, unknown', 23, euros('1.00'), 'RF-6', UNKNOWN_PAYMENT);
  await give('refundPayment of a refund', 23, euros('1.00'), 'RF-7', first);
  const shown = (await ask('refunds')).split(' ').sort();
  at.expect('refunds in the wallet', shown, ['4.00', '5.00']);
  await at.poll(at.till, invoiceReference, 'PAID');
}

/** A document goes to the customer; base64 is the caller's own work. */
async function receipt(at) {
  const { ersReference } = (await at.pay(at.till, '3.00')).paid;
  const text = '<p>Tack för köpet</p>';
  const receiptDocument = {
    mimeType: 'text/html',
    receiptData: Buffer.from(text).toString('base64'),
    receiptType: 'PAYMENT_RECEIPT',
  };
  const none = { context: at.till, ersReference };
  const request = { ...none, receiptDocument };
  const submit = 'submitPaymentReceipt';
  await at.codes(submit, 0, submit, request);
  await at.codes(`${submit} again`, 0, submit, request);
  await at.codes(`${submit}, no document`, 0, submit, none);
  await at.codes(`${submit}, unknown`, 23, submit, { ...request, ersReference: UNKNOWN_PAYMENT });
  at.expect('documents in the wallet', await ask('receipts'), text);
}

/** A customer's stored card lowers the price. */
async function loyalty(at) {
  await ask('card COFFEE_CARD 2610400000017');
  const mode = { acknowledgmentMode: 'OPTIONAL_ACKNOWLEDGMENT' };
  const { invoiceReference } = await at.send(at.till, bill('6.00', mode));
  const seen = await ask(`scan HTTP://SEQR.SE/Q${at.seqrId}`);
  at.expect('the customer waits', seen.split(' ')[0], 'AWAITING_MERCHANT');
  const asked = await at.poll(at.till, invoiceReference, 'PENDING_ISSUER_ACKNOWLEDGE');
  const [{ id, value, status, description }] = asked.customerTokens.token;
  const offered = [id, value, status, description];
  at.expect('token', offered, ['COFFEE_CARD', '2610400000017', 0, 'Coffee club']);
  await at.codes('updateInvoice with token', 0, 'updateInvoice', {
    context: at.till,
    invoiceReference,
    invoice: bill('5.40'),
    tokens: [{ id, status: 1, value }],
  });
  at.expect("the customer's PIN", await ask('confirm'), 'CONFIRMING');
  const paid = await at.poll(at.till, invoiceReference, 'PAID');
  at.expect('receipt, amount', Number(paid.receipt.invoice.totalAmount.value), 5.4);
  at.expect("the customer's receipt", await ask('outcome'), 'PAID 5.40');
}

/** A parameterMap, absent where it would be empty. */
function parameters(entries) {
  const entry = Object.entries(entries).map(([key, value]) => ({ key, value }));
  return entry.length === 0 ? {} : { parameters: { parameter: { entry } } };
}

/** Closes the shop's or a terminal's period; answers its id. */
async function period(at, entries = {}) {
  const request = { context: at.shop(), ...parameters(entries) };
  const answer = await at.codes('markTransactionPeriod', 0, 'markTransactionPeriod', request);
  at.expect('ersReference is the period', answer.ersReference, answer.transactionPeriodId);
  return answer.transactionPeriodId;
}

/** Executes a report until it is ready; answers its text. */
async function report(at, name, wanted, entries) {
  const answer = await until(
    () =>
      at.call('executeReport', {
        context: at.shop(),
        reportId: `Reconciliation/${name}`,
        language: 'en',
        ...parameters(entries),
      }),
    ({ resultCode }) => resultCode !== 2,
  );
  at.expect(`executeReport ${name}`, answer.resultCode, wanted);
  if (answer.resultCode !== 0) return '';
  at.expect('mimeType', answer.report.mimeType, 'text/html');
  const content = Buffer.from(answer.report.content, 'base64').toString();
  at.expect('content is contentString', content.trim(), answer.report.contentString.trim());
  return content;
}

const amounts = (document, element) =>
  [...document.matchAll(new RegExp(`<${element}>(.*)</${element}>`, 'g'))].map(([, text]) =>
    Math.round(Number(text) * 100),
  );

/** The shop's period and a terminal's. */
async function reports(at) {
  const { ersReference } = (await at.pay(at.till, '4.00', undefined, { cashierId: 'C07' })).paid;
  const ids = { transactionPeriodId: await period(at) };
  const details = await report(at, 'STD_RECON_003.xml', 0, ids);
  at.expect('details hold the payment', details.includes(ersReference), true);
  const summary = await report(at, 'Shop.xml', 0, ids);
  const sum = amounts(details, 'SalesAmount').reduce((total, minor) => total + minor, 0);
  at.expect('details add up', [sum], amounts(summary, 'SalesTotal'));
  await report(at, 'STD_RECON_999.xml', 41, ids);
  await report(at, 'Shop.xml', 23, { transactionPeriodId: UNKNOWN_PAYMENT });
  const own = { TERMINALID: at.tillId };
  own.transactionPeriodId = await period(at, own);
  const rows = await report(at, 'STD_RECON_007.xml', 0, own);
  at.expect("the terminal's payment", rows.includes(ersReference), true);
  const total = amounts(await report(at, 'STD_RECON_006.xml', 0, own), 'SalesTotal');
  at.expect("the terminal's total", total.length, 1);
}

/** Answers that every client meets one day. */
async function errors(at) {
  const wrong = { context: terminal(at.tillId, 'wrong') };
  const answer = await at.codes('wrong password', 20, 'cancelInvoice', wrong);
  at.expect('its name', answer.resultDescription, 'AUTHENTICATION_FAILED');
  const stranger = { context: terminal(UNKNOWN_TERMINAL, TERMINAL_PASSWORD) };
  await at.codes('unknown terminal', 29, 'cancelInvoice', stranger);
  const nobody = { context: context({ id: 'nobody', type: 'RESELLERUSER', userId: '9900' }, 'x') };
  await at.codes('unknown shop', 37, 'registerTerminal', nobody);
  await at.codes('a terminal registers', 21, 'registerTerminal', { context: at.till });
  await at.codes('a shop sends a bill', 21, 'sendInvoice', { context: at.shop() });
  for (const invoiceReference of [UNKNOWN_REFERENCE, await ask('foreign')]) {
    const named = { context: at.till, invoiceReference };
    const asked = { ...named, invoiceVersion: 0 };
    const { version } = await at.codes('foreign status', 54, 'getPaymentStatus', asked);
    at.expect('no version', version, 0);
    const change = { ...named, invoice: { title: 'x' } };
    await at.codes('foreign update', 54, 'updateInvoice', change);
    await at.codes('foreign cancel', 54, 'cancelInvoice', named);
    await at.codes('foreign commit', 54, 'commitReservation', named);
  }
  const bad = {
    'three decimals': [49, bill('5.005')],
    'a word': [49, bill('kr 20')],
    zero: [11, bill('0.00')],
    'bad notificationUrl': [64, bill('1.00', { notificationUrl: 'ftp://x.example/' })],
  };
  for (const [step, [code, invoice]] of Object.entries(bad)) {
    await at.codes(`sendInvoice, ${step}`, code, 'sendInvoice', { context: at.till, invoice });
  }
  const invoiceReference = await at.reserve(1);
  await at.poll(at.till, invoiceReference, 'CANCELED');
  const late = { context: at.till, amount: euros('2.50'), invoiceReference };
  await at.codes('commitReservation, late', 96, 'commitReservation', late);
  at.expect("the customer's money", await ask('outcome'), 'RELEASED -');
}

/** What the WSDL has besides. */
async function otherOperations(at) {
  await at.codes('benchmarkingNop', 0, 'benchmarkingNop', {});
  const named = { context: at.till, key: '5d0c-77a1' };
  const session = await at.codes('getClientSessionInfo', 63, 'getClientSessionInfo', named);
  at.expect('no entries', session.parameters?.entry ?? [], []);
  await at.codes('requestTopup', 91, 'requestTopup', { context: at.till });
  const change = 'changePrincipalPassword';
  const old = { context: at.till };
  await at.codes(`${change}, short`, 22, change, { ...old, newPassword: 'abc' });
  await at.codes(change, 0, change, { ...old, newPassword: OTHER_PASSWORD });
  await at.codes('the old password', 20, 'cancelInvoice', old);
  const back = {
    context: terminal(at.tillId, OTHER_PASSWORD),
    newPassword: TERMINAL_PASSWORD,
  };
  await at.codes(`${change} back`, 0, change, back);
}

/** The till goes. */
async function farewell(at) {
  const gone = { context: at.till };
  await at.codes('unregisterTerminal', 0, 'unregisterTerminal', gone);
  await at.codes('unregisterTerminal again', 29, 'unregisterTerminal', gone);
}

const [wsdl, ...credentials] = process.argv.slice(2);
const merchant = new Merchant(await createClientAsync(wsdl), ...credentials);
await merchant.run({
  registration,
  bill: unpaidBill,
  machine,
  till: atTheTill,
  'web shop': webShop,
  refund,
  receipt,
  loyalty,
  reports,
  errors,
  'other operations': otherOperations,
  farewell,
});
process.exit(merchant.failed ? 1 : 0);
