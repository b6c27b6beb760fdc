/**
 * The cases that the documents are silent about (Unattended Payments, 7): none of the rows 1 to 45
 * and 20b is forgotten. The tests themselves stand beside what they test.
 */

import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const ROWS = [...Array.from({ length: 45 }, (_, index) => String(index + 1)), '20b'];
/** The first words of a test's or suite's name, wherever the formatter has put it. */
const NAMED = /\b(?:test|suite)\(\s*[`'"](rows? [^:`'"]*)/g;
const ROW = /\b\d+b?\b/g;

test('every row of the silent cases has a test named after it', () => {
  const files = globSync('{contract,machine,reseller,server,tools,web}/**/*.test.ts', {
    cwd: ROOT,
    exclude: (path) => path.includes('node_modules'),
  });
  const named = new Set<string>();
  for (const file of files) {
    const text = readFileSync(ROOT + file, 'utf8');
    for (const [, rows] of text.matchAll(NAMED)) {
      for (const [row] of (rows ?? '').matchAll(ROW)) named.add(row);
    }
  }
  assert.deepEqual(
    ROWS.filter((row) => !named.has(row)),
    [],
  );
});
