/**
 * The referee of taste: sizes, docstrings, names. `node tools/tidy.ts` names every line at fault
 * and exits 1 if there is one. What the linter or the formatter already judges is left to them.
 */

import { readFile, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'oxc-parser';
import type { Comment, Node } from 'oxc-parser';
import { sqlFunctions, sqlComments } from './tidy-sql.ts';

const FILE_LINES = 400;
const FUNCTION_LINES = 70;
const LINE_COLUMNS = 100;
/** Names that say nothing of what is inside. */
const EMPTY_NAMES = /(^|[-_.])(utils?|helpers?|common|manager|misc)([-_.]|$)/i;
const JUDGED = /\.(ts|tsx|sql|css|mjs|js)$/;
const SCRIPT = /\.(ts|tsx|mjs|js)$/;
const SKIPPED_DIRECTORIES = new Set(['node_modules', 'dist', '.git', '.data', 'test-results']);
/** Made by programs, which the check proves. */
const GENERATED = new Set(['server/schema.sql']);

/** One fault; `line` counts from 1. */
export type Finding = { readonly path: string; readonly line: number; readonly message: string };

/** Judges one file by its path in the repository (with `/`) and its text. */
export function tidyFile(path: string, text: string): Finding[] {
  const findings: Finding[] = [];
  const report = (line: number, message: string): void =>
    void findings.push({ path, line, message });
  if (path.split('/').some((name) => EMPTY_NAMES.test(name))) {
    report(1, 'the name says nothing of what is inside');
  }
  if (!JUDGED.test(path) || GENERATED.has(path)) return findings;
  const lines = text.replace(/\n$/, '').split('\n');
  if (lines.length > FILE_LINES) report(FILE_LINES + 1, `more than ${FILE_LINES} lines`);
  for (const [index, line] of lines.entries()) {
    if (Array.from(line).length > LINE_COLUMNS)
      report(index + 1, `more than ${LINE_COLUMNS} columns`);
  }
  if (SCRIPT.test(path)) judgeScript(path, text, report);
  if (path.endsWith('.sql')) judgeSql(text, report);
  return findings.toSorted((a, b) => a.line - b.line);
}

type Report = (line: number, message: string) => void;

function judgeSql(text: string, report: Report): void {
  for (const found of sqlFunctions(text)) judgeLength(found.lines, found.line, report);
  for (const comment of sqlComments(text)) judgeComment(comment.text, comment.line, report);
}

function judgeScript(path: string, text: string, report: Report): void {
  const lineAt = lineIndex(text);
  const parsed = parseSync(path, text);
  for (const error of parsed.errors) report(1, `cannot be read: ${error.message}`);
  for (const comment of parsed.comments) {
    judgeComment(comment.value, lineAt(comment.start), report);
  }
  visit(parsed.program, (node) => {
    const isFunction = /^(Function(Declaration|Expression)|ArrowFunctionExpression)$/.test(
      node.type,
    );
    if (!isFunction) return;
    const first = lineAt(node.start);
    judgeLength(lineAt(node.end) - first + 1, first, report);
  });
  if (!/\.test\.tsx?$/.test(path))
    judgeDocstrings(parsed.program.body, parsed.comments, text, report);
}

function judgeLength(lines: number, at: number, report: Report): void {
  if (lines > FUNCTION_LINES) report(at, `a function of ${lines} lines; ${FUNCTION_LINES} at most`);
}

function judgeComment(comment: string, line: number, report: Report): void {
  if (/\b(TODO|FIXME|XXX)\b/.test(comment)) report(line, 'do it, or file an issue');
  if (/@ts-(ignore|expect-error|nocheck)/.test(comment)) report(line, 'types are not switched off');
  if (/\b(ox|es)lint-disable/.test(comment) && !/--\s*\S/.test(comment)) {
    report(line, 'a rule is switched off without a reason (-- why)');
  }
}

/**
 * Everything exported says what it promises. An export on the line right below another shares its
 * docstring, as a type derived from a list does.
 */
function judgeDocstrings(
  body: readonly Node[],
  comments: readonly Comment[],
  text: string,
  report: Report,
): void {
  const lineAt = lineIndex(text);
  let documentedUntil = -1;
  for (const node of body) {
    const exported =
      (node.type === 'ExportNamedDeclaration' && node.declaration !== null) ||
      node.type === 'ExportDefaultDeclaration';
    if (!exported) continue;
    const first = lineAt(node.start);
    const documented = comments.some(
      (comment) =>
        comment.type === 'Block' &&
        comment.value.startsWith('*') &&
        comment.end <= node.start &&
        /^\s*$/.test(text.slice(comment.end, node.start)),
    );
    if (documented || documentedUntil + 1 === first) documentedUntil = lineAt(node.end);
    else report(first, 'exported without a docstring');
  }
}

/** Calls `see` for every node of the tree. */
function visit(node: Node, see: (node: Node) => void): void {
  see(node);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isNode(child)) visit(child, see);
    }
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}

/** The line, from 1, of an offset. */
function lineIndex(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}

/** Judges every file below `root` that a person may have written. */
export async function tidy(root: string): Promise<Finding[]> {
  const findings: Finding[] = [];
  const enter = async (directory: string): Promise<void> => {
    for (const entry of await readdir(directory, { withFileTypes: true })) {
      const path = join(directory, entry.name);
      if (entry.isDirectory() && !SKIPPED_DIRECTORIES.has(entry.name)) await enter(path);
      if (!entry.isFile()) continue;
      const text = JUDGED.test(entry.name) ? await readFile(path, 'utf8') : '';
      findings.push(...tidyFile(relative(root, path).replaceAll('\\', '/'), text));
    }
  };
  await enter(root);
  return findings;
}

if (import.meta.main) {
  const findings = await tidy(fileURLToPath(new URL('..', import.meta.url)));
  for (const { path, line, message } of findings) console.log(`${path}:${line}: ${message}`);
  if (findings.length > 0) process.exitCode = 1;
}
