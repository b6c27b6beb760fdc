/**
 * The design language is kept: no colour and no length outside `web/design/tokens.css`, no inline
 * style, no token that nobody has or nobody uses. `node tools/check/design.ts` names every place at
 * fault and exits 1 if there is one.
 */

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CssNode, lexer, parse, walk, type WalkContext } from 'css-tree';
import { parseSync } from 'oxc-parser';
import type { Node } from 'oxc-parser';
import type { Finding } from '../tidy.ts';

const TOKENS = 'web/design/tokens.css';
/** Lengths that mean something by themselves: shares, and what the window or the page measures. */
const FREE_UNITS = /^(%|fr|deg|turn|ms|s|[dsl]?v(w|h|i|b|min|max))$/u;
/** Where the layout changes; a query cannot read a token. `web/design.md` says what each is for. */
const BREAKPOINTS = new Set(['26rem', '40rem', '51.99rem', '52rem', '60rem', '64rem', '90rem']);
const COLOUR_FUNCTIONS = /^(rgb|hsl|hwb|lab|lch|oklab|oklch|color|device-cmyk)a?$/iu;
/** Not colours of ours: those around, and those of a customer who has chosen their own. */
const FREE_COLOURS = new Set(['transparent', 'currentcolor']);

/** A file of `web/` by its path in the repository. */
export type Source = { readonly path: string; readonly text: string };

/** Judges one style sheet by itself. */
export function valuesOutside({ path, text }: Source): Finding[] {
  if (path === TOKENS) return [];
  const findings: Finding[] = [];
  const tree = parse(text, { positions: true, parseCustomProperty: true });
  walk(tree, {
    enter(this: WalkContext, node: CssNode) {
      // Paper has no tokens: its margins are in the units of paper.
      if (node.type === 'Atrule' && node.name === 'page') return walk.skip;
      const breakpoint = this.atrulePrelude !== null;
      const message = judged(node, breakpoint);
      if (message !== null) findings.push({ path, line: node.loc?.start.line ?? 1, message });
      return undefined;
    },
  });
  return findings;
}

function judged(node: CssNode, breakpoint: boolean): string | null {
  if (node.type === 'Dimension') {
    const length = `${node.value}${node.unit}`;
    if (breakpoint ? BREAKPOINTS.has(length) : FREE_UNITS.test(node.unit)) return null;
    return `${breakpoint ? 'breakpoint' : 'length'} outside the tokens: ${length}`;
  }
  if (node.type === 'Hash') return `colour outside the tokens: #${node.value}`;
  if (node.type === 'Function' && COLOUR_FUNCTIONS.test(node.name)) {
    return `colour outside the tokens: ${node.name}()`;
  }
  if (node.type === 'Identifier' && isNamedColour(node)) {
    return `colour outside the tokens: ${node.name}`;
  }
  return null;
}

function isNamedColour(node: CssNode & { readonly name: string }): boolean {
  if (FREE_COLOURS.has(node.name.toLowerCase())) return false;
  return lexer.matchType('named-color', node).error === null;
}

/** Judges one component: styles belong in a style sheet; data may set custom properties of it. */
export function inlineStyles({ path, text }: Source): Finding[] {
  const findings: Finding[] = [];
  eachNode(parseSync(path, text).program, (node) => {
    if (node.type !== 'JSXAttribute' || node.name.name !== 'style') return;
    if (styleKeys(node)?.every((key) => key.startsWith('--')) === true) return;
    const line = text.slice(0, node.start).split('\n').length;
    findings.push({ path, line, message: 'inline style; only custom properties may be set' });
  });
  return findings;
}

/** The literal keys of `style={{…}}`; null when it is anything else. */
function styleKeys(node: Node): string[] | null {
  if (node.type !== 'JSXAttribute' || node.value?.type !== 'JSXExpressionContainer') return null;
  const { expression } = node.value;
  if (expression.type !== 'ObjectExpression') return null;
  const keys = expression.properties.map((property) =>
    property.type === 'Property' && property.key.type === 'Literal'
      ? String(property.key.value)
      : '',
  );
  return keys;
}

/** Custom properties that are read but never set, and tokens that are set but never read. */
export function looseProperties(sources: readonly Source[]): Finding[] {
  const set = new Map<string, Finding>();
  const read = new Map<string, Finding>();
  for (const source of sources) {
    const pattern = source.path.endsWith('.css')
      ? /(var\(\s*)?(--[a-z][\w-]*)(\s*:)?/gu
      : /()'(--[a-z][\w-]*)'(:)/gu;
    for (const match of source.text.matchAll(pattern)) {
      const [, isRead, name = '', isSet] = match;
      const line = source.text.slice(0, match.index).split('\n').length;
      const found = { path: source.path, line, message: name };
      if (isRead) read.set(name, read.get(name) ?? found);
      else if (isSet !== undefined) set.set(name, set.get(name) ?? found);
    }
  }
  const missing = [...read.values()].filter(({ message }) => !set.has(message));
  const unused = [...set.values()].filter(
    ({ message, path }) => path === TOKENS && !read.has(message),
  );
  return [
    ...missing.map((found) => ({ ...found, message: `no such token: ${found.message}` })),
    ...unused.map((found) => ({ ...found, message: `nobody uses this token: ${found.message}` })),
  ];
}

/** Judges all of `web/`. */
export function designFaults(root: string): Finding[] {
  const sources = globSync('web/{design,wallet,panel}/**/*.{css,tsx}', { cwd: root })
    .toSorted()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
  const styles = sources.filter(({ path }) => path.endsWith('.css'));
  const components = sources.filter(({ path }) => path.endsWith('.tsx'));
  return [
    ...styles.flatMap((source) => valuesOutside(source)),
    ...components.flatMap((source) => inlineStyles(source)),
    ...looseProperties(sources),
  ];
}

function eachNode(node: Node, see: (node: Node) => void): void {
  see(node);
  for (const value of Object.values(node) as unknown[]) {
    for (const child of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (typeof child === 'object' && child !== null && 'type' in child) {
        eachNode(child as Node, see);
      }
    }
  }
}

if (import.meta.main) {
  const findings = designFaults(fileURLToPath(new URL('../..', import.meta.url)));
  for (const { path, line, message } of findings) console.log(`${path}:${line}: ${message}`);
  if (findings.length > 0) process.exitCode = 1;
}
