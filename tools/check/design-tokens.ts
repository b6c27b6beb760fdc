/**
 * The table of the design's tokens and of the contrast between them, made from
 * `web/design/tokens.css`: `web/design/tokens.md`, which the check proves fresh.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CssNode, generate, parse, walk } from 'css-tree';

const SOURCE = 'web/design/tokens.css';
const TARGET = 'web/design/tokens.md';

/** What a text of usual size needs (WCAG 1.4.3), and what a mark or a line needs (1.4.11). */
const TEXT = 4.5;
const MARK = 3;

/** The pairs that the screens use: what is read or seen, on what, how strong it must be, where. */
const PAIRS: readonly (readonly [string, string, number, string])[] = [
  ['ink', 'paper', TEXT, 'text on a screen'],
  ['ink', 'surface', TEXT, 'text in a card'],
  ['ink', 'sunken', TEXT, 'text in a plain notice'],
  ['ink-soft', 'paper', TEXT, 'notes on a screen'],
  ['ink-soft', 'surface', TEXT, 'notes in a card'],
  ['ink-soft', 'sunken', TEXT, 'a button that is off'],
  ['brand', 'paper', TEXT, 'links'],
  ['brand', 'surface', TEXT, 'links in a card'],
  ['on-brand', 'brand', TEXT, 'the primary button'],
  ['on-brand', 'brand-strong', TEXT, 'the primary button under a pointer'],
  ['on-brand-soft', 'brand-soft', TEXT, 'the amount of an offer, good notices'],
  ['on-hero', 'hero', TEXT, 'the balance'],
  ['on-hero', 'hero-glow', TEXT, 'the balance, in its brightest corner'],
  ['on-hero-soft', 'hero', TEXT, 'notes at the balance'],
  ['on-hero-soft', 'hero-glow', TEXT, 'notes at the balance, in its brightest corner'],
  ['wait', 'wait-soft', TEXT, 'notices of waiting'],
  ['wait', 'paper', TEXT, 'the last seconds of a countdown'],
  ['wait', 'surface', TEXT, 'the last seconds, in a card'],
  ['bad', 'bad-soft', TEXT, 'notices of failure'],
  ['bad', 'surface', TEXT, 'a row that cannot be undone'],
  ['on-lens', 'lens-bad', TEXT, 'a foreign code, over the camera'],
  ['line-strong', 'paper', MARK, 'the border of a control'],
  ['line-strong', 'surface', MARK, 'the border of a control in a card'],
  ['brand', 'paper', MARK, 'the line of a countdown, a filled dot'],
  ['focus', 'paper', MARK, 'the ring of the focus'],
  ['focus', 'surface', MARK, 'the ring of the focus in a card'],
  ['focus', 'sunken', MARK, 'the ring of the focus in a notice'],
];

/** Light and dark. */
type Values = { light: string; dark: string };

/** Path and text of the table. */
export function designTable(root: string): [path: string, text: string] {
  return [TARGET, tableOf(readFileSync(join(root, SOURCE), 'utf8'))];
}

/** The contrast of two colours `#rrggbb`, from 1 to 21 (WCAG 2.2, relative luminance). */
export function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

/** The pairs of the table that are too weak, in words. */
export function weakPairs(css: string): string[] {
  const tokens = tokensOf(css);
  return PAIRS.flatMap(([text, surface, least]) =>
    (['light', 'dark'] as const)
      .filter((scheme) => ratio(tokens, text, surface, scheme) < least)
      .map((scheme) => `${text} on ${surface} (${scheme})`),
  );
}

function tableOf(css: string): string {
  const tokens = tokensOf(css);
  const rows = [...tokens].map(([name, { light, dark }]) =>
    row(`\`--${name}\``, `\`${light}\``, light === dark ? '' : `\`${dark}\``),
  );
  const pairs = PAIRS.map(([text, surface, least, where]) => {
    const [light, dark] = (['light', 'dark'] as const).map((scheme) =>
      ratio(tokens, text, surface, scheme).toFixed(1),
    );
    return row(where, `\`${text}\` on \`${surface}\``, String(least), light ?? '', dark ?? '');
  });
  return `# Tokens

Made by \`npm run generate\` from \`tokens.css\`; what each is for says [design.md](../design.md).

## Contrast

${row('where', 'pair', 'at least', 'light', 'dark')}
${row('---', '---', '---', '---', '---')}
${pairs.join('\n')}

## Values

${row('token', 'value', 'by night')}
${row('---', '---', '---')}
${rows.join('\n')}
`;
}

function row(...cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function ratio(
  tokens: ReadonlyMap<string, Values>,
  text: string,
  surface: string,
  scheme: keyof Values,
): number {
  const [above, below] = [text, surface].map((name) => {
    const value = tokens.get(name)?.[scheme] ?? '';
    if (!/^#[0-9a-f]{6}$/u.test(value)) throw new Error(`--${name} is no colour`);
    return value;
  });
  return contrast(above ?? '', below ?? '');
}

/** Every token with its values, in the order of the file; what is for paper only is left out. */
function tokensOf(css: string): Map<string, Values> {
  const tokens = new Map<string, Values>();
  walk(parse(css, { parseCustomProperty: false }), function (node: CssNode) {
    if (node.type !== 'Declaration' || !node.property.startsWith('--')) return;
    const query = this.atrule?.prelude == null ? '' : generate(this.atrule.prelude);
    const name = node.property.slice(2);
    const value = generate(node.value).trim().replaceAll(/\s+/gu, ' ');
    if (query === '') tokens.set(name, { light: value, dark: value });
    else if (query.includes('dark'))
      tokens.set(name, { ...tokens.get(name), dark: value } as Values);
  });
  return tokens;
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((share) => (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
