/** Tables for people. */

import Table from 'cli-table3';

/** Plain text whatever the terminal: an answer may be kept in a file. */
const PLAIN = { head: [], border: [], compact: true };

/** A table with a heading. */
export function listTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = new Table({ head: [...head], style: PLAIN });
  table.push(...rows.map((row) => row.map(printable)));
  return `${table.toString()}\n`;
}

/** One thing, a line for each of its properties. */
export function recordTable(rows: readonly (readonly [string, string])[]): string {
  const table = new Table({ style: PLAIN });
  table.push(...rows.map((row) => row.map(printable)));
  return `${table.toString()}\n`;
}

/** Names come from people; none of them may steer the terminal. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '�');
}
