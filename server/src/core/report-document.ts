/**
 * The documents of reconciliation reports, written piece by piece (`reports.md`, 3 and 4): XML as
 * executeReport carries it, and the same rows as CSV. Pure: the same entries, the same text.
 */

import { currencyDigits, escapeText } from '@seqr-ups/contract';
import type { Period, PeriodEntry, PeriodSum, ReportNumber } from './period.ts';

/** The roots of the documents. */
const ROOTS: Readonly<Record<ReportNumber, string>> = {
  1: 'ResellerTransactionSummary',
  2: 'TerminalTransactionSummary',
  3: 'TransactionDetails',
  4: 'CashierTransactionSummary',
  6: 'TerminalTransactionSummary',
  7: 'TransactionDetails',
};

/** Which reports are details; the others are summaries. */
export const isDetails = (number: ReportNumber): boolean => number === 3 || number === 7;

/** Digits behind the point of every amount, whatever the currency has. */
const AMOUNT_DIGITS = 5;
/** What stands for the cashier of an invoice that names none. */
const NO_CASHIER = 'NULL';

/** The fields of a row, in order. */
export type ReportRow = Readonly<Record<string, string>>;

/** Rows can need the currency: only when a period has several does XML name it. */
type Naming = { readonly currency: boolean };

/** An amount with five decimals: `-0.50000`. */
function amountText(minor: bigint, currency: string): string {
  const digits = currencyDigits(currency);
  if (digits === null || digits > AMOUNT_DIGITS) throw new Error(`no amount in ${currency}`);
  const scaled = minor * 10n ** BigInt(AMOUNT_DIGITS - digits);
  const text = (scaled < 0n ? -scaled : scaled).toString().padStart(AMOUNT_DIGITS + 1, '0');
  const point = text.length - AMOUNT_DIGITS;
  return `${scaled < 0n ? '-' : ''}${text.slice(0, point)}.${text.slice(point)}`;
}

/** A row of 003 or 007: a payment, or a refund with its negative amount. */
export function detailsRow(entry: PeriodEntry, naming: Naming): ReportRow {
  return {
    TerminalId: entry.terminalId,
    CashierId: entry.cashierId ?? NO_CASHIER,
    SalesAmount: amountText(entry.amountMinor, entry.currency),
    ...(naming.currency && { Currency: entry.currency }),
    ErsReference: entry.ersReference,
  };
}

/**
 * The rows of a summary: one, or one for each terminal (002) or cashier (004), by id. The count is
 * that of payments, the total payments minus refunds. In several currencies a row for each.
 */
export function summaryRows(
  number: ReportNumber,
  sums: readonly PeriodSum[],
  naming: Naming,
): ReportRow[] {
  const field = number === 2 ? 'TerminalId' : number === 4 ? 'CashierId' : null;
  const idOf = ({ terminalId, cashierId }: PeriodSum): string =>
    number === 2 ? terminalId : number === 4 ? (cashierId ?? NO_CASHIER) : '';
  const groups = Map.groupBy(sums, (sum) => `${idOf(sum)}\n${sum.currency}`);
  // A shop's or terminal's one row is there also when nothing was sold.
  if (field === null && groups.size === 0) return [{ SalesCount: '0', SalesTotal: '0.00000' }];
  return [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, [first, ...rest]]) => {
      if (first === undefined) return [];
      const group = [first, ...rest];
      const payments = group.filter(({ kind }) => kind === 'PAYMENT');
      const total = group.reduce((sum, { sumMinor }) => sum + sumMinor, 0n);
      return {
        ...(field !== null && { [field]: idOf(first) }),
        SalesCount: payments.reduce((sum, { count }) => sum + count, 0n).toString(),
        SalesTotal: amountText(total, first.currency),
        ...(naming.currency && { Currency: first.currency }),
      };
    });
}

/** The XML before the first row. `madeAt` is shown in this process's time zone. */
export function xmlHead(number: ReportNumber, period: Period, madeAt: Date): string {
  const meta = elements({
    ResellerId: period.merchantId,
    ...(period.terminalId !== null && { TerminalId: period.terminalId }),
    TransactionPeriodId: period.id,
    GeneratedAt: localMinute(madeAt),
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${ROOTS[number]}>\n<Meta>\n${meta}</Meta>\n`;
}

/** Rows as XML. */
export const xmlRows = (rows: readonly ReportRow[]): string =>
  rows.map((row) => `<Row>\n${elements(row)}</Row>\n`).join('');

/** The XML after the last row. */
export const xmlTail = (number: ReportNumber): string => `</${ROOTS[number]}>\n`;

const elements = (fields: Readonly<Record<string, string>>): string =>
  Object.entries(fields)
    .map(([name, value]) => `<${name}>${escapeText(value)}</${name}>\n`)
    .join('');

/** `YYYY-MM-DD HH:mm`. */
function localMinute(at: Date): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${date} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** The columns of CSV: those of XML, always with the currency, details also with kind and time. */
const CSV_COLUMNS: Readonly<Record<ReportNumber, readonly string[]>> = {
  1: ['SalesCount', 'SalesTotal', 'Currency'],
  2: ['TerminalId', 'SalesCount', 'SalesTotal', 'Currency'],
  3: ['TerminalId', 'CashierId', 'SalesAmount', 'Currency', 'ErsReference', 'Kind', 'Time'],
  4: ['CashierId', 'SalesCount', 'SalesTotal', 'Currency'],
  6: ['SalesCount', 'SalesTotal', 'Currency'],
  7: ['TerminalId', 'CashierId', 'SalesAmount', 'Currency', 'ErsReference', 'Kind', 'Time'],
};

/** The first line of CSV. */
export const csvHead = (number: ReportNumber): string => csvLine(CSV_COLUMNS[number]);

/** Rows as lines of CSV (RFC 4180). */
export const csvRows = (number: ReportNumber, rows: readonly ReportRow[]): string =>
  rows.map((row) => csvLine(CSV_COLUMNS[number].map((name) => row[name] ?? ''))).join('');

/** A row of details as CSV has it: with what the payment is and when it was made, in UTC. */
export const csvDetailsRow = (entry: PeriodEntry): ReportRow => ({
  ...detailsRow(entry, { currency: true }),
  Kind: entry.kind,
  Time: entry.at.toISOString(),
});

const csvLine = (cells: readonly string[]): string => `${cells.map(csvCell).join(',')}\r\n`;

/** A spreadsheet takes what begins so for a formula, except where it is one of our amounts. */
const FORMULA = /^[=+@\t\r]|^-(?![0-9]+\.[0-9]{5}$)/;

function csvCell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
