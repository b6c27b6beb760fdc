/** What the pages of some operations say besides their tables, as Markdown. */

import type { OperationName } from './operations.ts';
import { table } from './reference-markdown.ts';

const STATES =
  'The first `version` is 1; it rises with each change of the state and each new token. Send ' +
  'the last one received, or 0: clients that always send 0 lose nothing.\n\n' +
  'An immediate debit needs its notice: a getPaymentStatus of this terminal that is answered ' +
  'PAID, or a submitPaymentReceipt. Without either within 20 s of the payment the money goes ' +
  'back to the customer and the invoice is CANCELED, without ersReference and receipt. ' +
  'Reservations need none.\n\n' +
  'In PENDING_ISSUER_ACKNOWLEDGE `customerTokens` holds what the customer offers, with status ' +
  '0. Answer with updateInvoice: a new total, and each token with status 1 (used), 90 (blocked) ' +
  'or 99 (invalid); one without tokens confirms the bill as it is.\n';

const REPORTS = [
  ['Shop.xml', '`ResellerTransactionSummary`', 'the shop', 'totals of the shop'],
  ['STD_RECON_001.xml', '`ResellerTransactionSummary`', 'the shop', 'the same'],
  ['STD_RECON_002.xml', '`TerminalTransactionSummary`', 'the shop', 'totals by terminal'],
  ['STD_RECON_003.xml', '`TransactionDetails`', 'the shop', 'every payment and refund'],
  ['STD_RECON_004.xml', '`CashierTransactionSummary`', 'the shop', 'totals by cashier'],
  ['STD_RECON_006.xml', '`TerminalTransactionSummary`', 'a terminal', 'totals of the terminal'],
  ['STD_RECON_007.xml', '`TransactionDetails`', 'a terminal', 'every payment and refund of it'],
] as const;

const PARAMETERS =
  'Parameters are read in three shapes: `parameters/parameter/entry`, `parameters/entry`, and ' +
  '`entry` directly below the operation. Keys have no letter case.\n';

/** The notes of an operation; most need none. */
export const NOTES: { readonly [O in OperationName]?: string } = {
  getPaymentStatus: STATES,
  submitPaymentReceipt:
    'A document has at most 256 KiB, a payment at most 10 of them. White space and missing ' +
    'padding in the base64 do no harm.\n',
  markTransactionPeriod:
    `${PARAMETERS}\nA payment belongs to the period that is open when it is debited: ` +
    'a reservation when it is committed, an immediate debit when the customer confirms. A period ' +
    'may be empty.\n',
  executeReport:
    table(
      ['reportId', 'Root element', 'Period of', 'Content'],
      REPORTS.map(([id, ...rest]) => [`\`Reconciliation/${id}\``, ...rest]),
    ) +
    '\nAmounts have five decimals. A refund is a row of its own with a negative amount; ' +
    '`SalesCount` counts payments, `SalesTotal` is payments less refunds. The cashier is `NULL` ' +
    'where the invoice named none. A period is ready at the latest 25 s after its end: an ' +
    `immediate debit in it has its 20 s to be noticed or reversed. More in ` +
    `[reports](../reports.md).\n\n${PARAMETERS}`,
};
