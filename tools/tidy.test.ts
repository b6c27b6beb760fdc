import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tidyFile } from './tidy.ts';

/** The faults of one file as `line: message`. */
const faults = (path: string, text: string): string[] =>
  tidyFile(path, text).map(({ line, message }) => `${line}: ${message}`);

const lines = (count: number, line = 'work();\n'): string => line.repeat(count);

test('a tidy file has no faults', () => {
  assert.deepEqual(faults('a.ts', '/** Adds. */\nexport const add = (a: bigint) => a + 1n;\n'), []);
});

test('files, functions and lines have limits', () => {
  assert.deepEqual(faults('a.ts', lines(400)), []);
  assert.deepEqual(faults('a.css', lines(401, 'a{}\n')), ['401: more than 400 lines']);
  assert.deepEqual(faults('a.ts', `// ${'ö'.repeat(97)}\n`), []);
  assert.deepEqual(faults('a.ts', `\n// ${'ö'.repeat(98)}\n`), ['2: more than 100 columns']);
  assert.deepEqual(faults('a.ts', `function f() {\n${lines(68)}}\n`), []);
  const long = '2: a function of 71 lines; 70 at most';
  assert.deepEqual(faults('a.ts', `\nfunction f() {\n${lines(69)}}\n`), [long]);
  assert.deepEqual(faults('a.ts', `\nconst f = () => {\n${lines(69)}};\n`), [long]);
  assert.deepEqual(faults('a.tsx', `\nconst f = { g() {\n${lines(69)}} };\n`), [long]);
});

test('a function in SQL counts from its create to the end of its body', () => {
  const sql = (body: number, name = 'f'): string =>
    `create function ${name}() returns void language plpgsql as $$\nbegin\n${lines(body)}end $$;\n`;
  assert.deepEqual(faults('a.sql', sql(67)), []);
  assert.deepEqual(faults('a.sql', `-- create function\n${sql(3)}\n${sql(68)}`), [
    '9: a function of 71 lines; 70 at most',
  ]);
  const block = `create table t (a int);\ndo $x$\n${lines(80)}$x$;\n`;
  assert.deepEqual(faults('a.sql', block), []);
  const tagged = sql(68).replaceAll('$$', '$body$').replace('work();', `select $$;$$, ';''$$';`);
  assert.deepEqual(faults('a.sql', tagged), ['1: a function of 71 lines; 70 at most']);
});

test('everything exported says what it promises', () => {
  const bare = ['1: exported without a docstring'];
  assert.deepEqual(faults('a.ts', 'export type A = 1;\n'), bare);
  assert.deepEqual(faults('a.ts', 'export function f() {}\n'), bare);
  assert.deepEqual(faults('a.ts', 'export default 5;\n'), bare);
  assert.deepEqual(
    faults('a.ts', '// Why.\nexport const a = 1;\n')[0],
    '2: exported without a docstring',
  );
  assert.deepEqual(faults('a.ts', `export { a } from './b.ts';\nexport * from './c.ts';\n`), []);
  const pair =
    '/** All. */\nexport const ALL = [1] as const;\nexport type One = (typeof ALL)[0];\n';
  assert.deepEqual(faults('a.ts', pair), []);
  const apart = pair.replace(';\nexport type', ';\n\nexport type');
  assert.deepEqual(faults('a.ts', apart), ['4: exported without a docstring']);
  assert.deepEqual(faults('a.test.ts', 'export type A = 1;\n'), []);
});

test('names that say nothing are refused, for files and directories', () => {
  for (const path of [
    'src/utils.ts',
    'helpers/a.ts',
    'a/common.css',
    'pool-manager.ts',
    'misc.md',
  ]) {
    assert.deepEqual(faults(path, ''), ['1: the name says nothing of what is inside'], path);
  }
  assert.deepEqual(faults('src/uncommon.ts', ''), []);
});

test('promises to do it later and switched-off checks are refused in comments, not in text', () => {
  assert.deepEqual(faults('a.ts', '// TODO later\n'), ['1: do it, or file an issue']);
  assert.deepEqual(faults('a.sql', `select 1; -- FIXME\n`), ['1: do it, or file an issue']);
  const inBody = `create function f() returns int language sql as $$\n  -- TODO\n  select 1 $$;\n`;
  assert.deepEqual(faults('a.sql', inBody), ['2: do it, or file an issue']);
  assert.deepEqual(faults('a.ts', '// @ts-expect-error\n'), ['1: types are not switched off']);
  assert.deepEqual(faults('a.ts', '// oxlint-disable-next-line no-console\n').length, 1);
  assert.deepEqual(faults('a.ts', '// oxlint-disable-next-line no-console -- a program\n'), []);
  assert.deepEqual(faults('a.ts', `const a = 'TODO';\n`), []);
  assert.deepEqual(faults('a.sql', `select 'TODO -- FIXME';\n`), []);
});

test('a file that cannot be read is a fault', () => {
  assert.match(faults('a.ts', 'const = ;\n')[0] ?? '', /cannot be read/);
});
