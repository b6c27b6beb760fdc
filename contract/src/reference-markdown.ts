/** Markdown of the reference pages. */

/** What every generated page begins with. */
export const GENERATED =
  '<!-- Generated from contract/src by `npm run generate`; do not edit. -->\n\n';

const row = (cells: readonly string[]): string =>
  `| ${cells.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |\n`;

/** A table; a bar in a cell is escaped. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  `${row(head)}|${head.map(() => '---').join('|')}|\n${rows.map(row).join('')}`;
