/**
 * No words outside the language files: what a customer reads or hears in `web/` comes from there,
 * so that no language misses it. `node tools/check/words.ts` names every place at fault and exits 1
 * if there is one.
 */

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'oxc-parser';
import type { Node } from 'oxc-parser';
import type { Finding } from '../tidy.ts';

/** Where an app keeps its words: a file `text.ts`, or a folder of that name. */
const LANGUAGE_FILE = /(^|\/)text(\/|\.ts$)/;
/** Attributes and properties of components that are shown or read out. */
const SPOKEN = new Set(
  'aria-label aria-description aria-roledescription aria-valuetext aria-placeholder title alt'
    .split(' ')
    .concat('placeholder label detail words term hint note lead'.split(' ')),
);
/** Where a string is a program's affair however it looks. */
const SILENT =
  /^(class|d|viewBox|style|rel|type|id|for|points|transform|(aria-)?(labelledby|describedby))$/i;
/** Two words in a row: a sentence, wherever it stands. */
const SENTENCE = /\p{L}{2,}[,:;]? \p{L}{2,}/u;
const LETTERS = /\p{L}{2,}/u;
/** Names of products, the same in every language. */
const NAMES = new Set(['Samsung Internet']);
/** A question to the browser's style engine. */
const MEDIA_QUERY = /^\([a-z-]+: [a-z0-9 -]+\)$/;
/** Elements of a page that are read by people. */
const PAGE_WORDS = /<(title|noscript|p|h1|button|a)\b[^>]*>([^<]+)</gu;
const PAGE_META = /name="description"\s+content="([^"]+)"/gu;

/** Nothing in these is ever shown. */
const PROGRAM_ONLY = new Set([
  'ImportDeclaration',
  'ImportExpression',
  'TSTypeAliasDeclaration',
  'TSInterfaceDeclaration',
]);

/** Judges one source by its path in the repository and its text. */
export function wordsOutside(path: string, text: string): Finding[] {
  if (LANGUAGE_FILE.test(path)) return [];
  const found: { at: number; words: string }[] = [];
  if (path.endsWith('.html')) judgePage(text, found);
  else judge(parseSync(path, text).program, 'CODE', found);
  return found.map(({ at, words }) => ({
    path,
    line: text.slice(0, at).split('\n').length,
    message: `words outside the language files: "${words.trim().slice(0, 40)}"`,
  }));
}

/** What a string is for, as far as the place where it stands tells. */
type Place = 'CODE' | 'SHOWN' | 'SILENT';
type Found = { at: number; words: string }[];

function judgePage(text: string, found: Found): void {
  for (const match of [...text.matchAll(PAGE_WORDS), ...text.matchAll(PAGE_META)]) {
    const words = (match[2] ?? match[1] ?? '').replaceAll(/\{\{[\w.]+\}\}/gu, '');
    if (LETTERS.test(words)) found.push({ at: match.index, words });
  }
}

function judge(node: Node, place: Place, found: Found): void {
  const note = (words: string): void => {
    const isWords = place === 'SHOWN' ? LETTERS.test(words) : SENTENCE.test(words);
    if (place !== 'SILENT' && isWords && !NAMES.has(words) && !MEDIA_QUERY.test(words))
      found.push({ at: node.start, words });
  };
  if (PROGRAM_ONLY.has(node.type)) return;
  if (node.type === 'JSXText' && LETTERS.test(node.value)) note(node.value);
  if (node.type === 'Literal' && typeof node.value === 'string') note(node.value);
  if (node.type === 'TemplateLiteral') {
    note(node.quasis.map(({ value }) => value.cooked ?? '').join('…'));
  }
  if (node.type === 'JSXAttribute') {
    const name = node.name.type === 'JSXIdentifier' ? node.name.name : '';
    if (node.value !== null) judge(node.value, placeOf(name), found);
    return;
  }
  if (node.type === 'NewExpression' && node.callee.type === 'Identifier') {
    // An error's message is for programmers.
    if (node.callee.name.endsWith('Error')) return;
  }
  for (const child of childrenOf(node)) judge(child, inside(node, child, place), found);
}

function placeOf(attribute: string): Place {
  if (SPOKEN.has(attribute)) return 'SHOWN';
  return SILENT.test(attribute) ? 'SILENT' : 'CODE';
}

/** A choice between two strings is shown where the choice is; what a call is given is not. */
function inside(node: Node, child: Node, place: Place): Place {
  if (node.type === 'JSXElement' || node.type === 'JSXFragment') {
    return child.type === 'JSXOpeningElement' ? 'CODE' : 'SHOWN';
  }
  if (place !== 'SHOWN') return place;
  if (node.type === 'ConditionalExpression') return child === node.test ? 'CODE' : place;
  const passes =
    node.type === 'JSXExpressionContainer' ||
    node.type === 'LogicalExpression' ||
    node.type === 'TemplateLiteral';
  return passes && child.type !== 'CallExpression' ? place : 'CODE';
}

function childrenOf(node: Node): Node[] {
  return Object.values(node).flatMap((value: unknown) =>
    (Array.isArray(value) ? value : [value]).filter((child) => isNode(child)),
  );
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}

/** Judges every source of the web apps below `root`. */
export function wordsOutsideWeb(root: string): Finding[] {
  const apps = ['wallet', 'panel', 'console', 'worker', 'design'].map((app) => `web/${app}/**/*`);
  return globSync(
    apps.map((app) => `${app}.{ts,tsx,html}`),
    { cwd: root },
  )
    .filter((path) => !/\.test\.tsx?$/.test(path))
    .toSorted()
    .flatMap((path) => wordsOutside(path, readFileSync(join(root, path), 'utf8')));
}

if (import.meta.main) {
  const findings = wordsOutsideWeb(fileURLToPath(new URL('../..', import.meta.url)));
  for (const { path, line, message } of findings) console.log(`${path}:${line}: ${message}`);
  if (findings.length > 0) process.exitCode = 1;
}
