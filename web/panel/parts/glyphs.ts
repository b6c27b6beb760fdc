/**
 * The characters of a dot-matrix display, five dots by seven, as character generators have them.
 * Letters with marks are the letter made shorter, under its mark.
 */

/** Dots of a cell; the eighth row is for what hangs below the line. */
export const CELL = { columns: 5, rows: 8 } as const;

/** One character a word: its code point's sign, then five columns in hex, lowest bit on top. */
const TABLE = `
!00005F0000 "0007000700 #147F147F14 %2313086462 &3649592650 '0000070000 (001C224100 )0041221C00
+08083E0808 ,0050300000 -0808080808 .0060600000 /2010080402 03E5149453E 100427F4000 24261514946
32141454B31 41814127F10 52745454539 63C4A494930 70171090503 83649494936 90649492E1E :0036360000
=1414141414 ?0201510906 A7E0909097E B7F49494936 C3E41414122 D7F4141221C E7F49494941 F7F09090901
G3E4149497A H7F0808087F I00417F4100 J2040413F01 K7F08142241 L7F40404040 M7F020C027F N7F0408107F
O3E4141413E P7F09090906 Q3E4151215E R7F09192946 S4649494931 T01017F0101 U3F4040403F V1F2040201F
W3F4038403F X6314081463 Y0708700807 Z6151494543 …4000400040 °0007050700 ·0000080000 Ł7F48444040
€143E554122`;

/** Marks over a letter, by their combining code points: the rows from the top. */
const OVER: Readonly<Record<string, readonly number[]>> = {
  '\u0300': [0b00100, 0b01000],
  '\u0301': [0b01000, 0b00100],
  '\u0302': [0b00100, 0b01010],
  '\u0303': [0b01010, 0b00101],
  '\u0307': [0b00100, 0],
  '\u0308': [0b01010, 0],
  '\u030A': [0b00100, 0b01010],
  '\u030C': [0b01010, 0b00100],
};
/** Marks under a letter: the eighth row. */
const UNDER: Readonly<Record<string, number>> = { '\u0328': 0b11000, '\u0327': 0b00100 };
/** Typographic signs that a character generator does not tell apart from plain ones. */
const PLAIN: Readonly<Record<string, string>> = { '–': '-', '—': '-', '−': '-', '’': "'" };
/** The rows of a full letter that a letter under a mark keeps. */
const SHORT_ROWS = [0, 2, 3, 4, 6];
const FULL_ROWS = 7;
/** What stands for a character that is not in the table. */
const UNKNOWN = '?';

const BASE: ReadonlyMap<string, readonly number[]> = new Map(
  TABLE.trim()
    .split(/\s+/u)
    .map((word) => {
      const sign = Array.from(word)[0] ?? '';
      const columns = (word.slice(sign.length).match(/../gu) ?? []).map((hex) => parseInt(hex, 16));
      return [sign, rowsOf(columns)];
    }),
);

/** The rows of one character, top first, each the sum of its dots: bit 0 is the leftmost. */
export function glyphRows(character: string): readonly number[] {
  const upper = PLAIN[character] ?? character.toUpperCase();
  const [letter = ' ', ...marks] = Array.from(upper.normalize('NFD'));
  if (letter.trim() === '') return [];
  const full = BASE.get(upper) ?? BASE.get(letter) ?? BASE.get(UNKNOWN) ?? [];
  const over = marks.map((mark) => OVER[mark]).find((rows) => rows !== undefined);
  const under = marks.map((mark) => UNDER[mark]).find((row) => row !== undefined);
  const body = over === undefined ? full : [...over, ...SHORT_ROWS.map((row) => full[row] ?? 0)];
  return under === undefined ? body : [...body.slice(0, FULL_ROWS), under];
}

/** Upper case as a display shows it; ß becomes two letters. */
export function displayCharacters(text: string): readonly string[] {
  return Array.from(text.toUpperCase());
}

function rowsOf(columns: readonly number[]): readonly number[] {
  return Array.from({ length: FULL_ROWS }, (_, row) =>
    columns.reduce((dots, column, index) => dots | (((column >> row) & 1) << index), 0),
  );
}
