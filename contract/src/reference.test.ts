/** The reference pages: what they show is what the codec reads, and their links lead somewhere. */

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';

import { OPERATION_NAMES } from './operations.ts';
import { referencePages } from './reference.ts';
import { OPERATION_SAMPLES } from './samples.ts';
import { readRequest, readResponse } from './soap.ts';

const DIRECTORY = new URL('../../docs/merchant-api/', import.meta.url);
const PAGES = referencePages();
const page = (name: string): string => PAGES.get(name) ?? assert.fail(`no page ${name}`);
const envelopes = (text: string): string[] =>
  [...text.matchAll(/```xml\n(.*?)\n```/gs)].map(([, xml = '']) => xml);

for (const operation of OPERATION_NAMES) {
  test(`the samples on the page of ${operation} are read as what they stand for`, () => {
    const [request = '', response = ''] = envelopes(page(`${operation}.md`));
    const sample = OPERATION_SAMPLES[operation];
    const call = readRequest(Buffer.from(request), 'text/xml');
    assert.deepEqual(call, {
      kind: 'CALL',
      operation,
      request: sample.request,
      unknownElements: 0,
    });
    const answer = readResponse(operation, Buffer.from(response), 'text/xml');
    assert.deepEqual(answer, { kind: 'ANSWER', response: sample.response });
  });
}

test('every page that is linked exists, and every place on it', () => {
  const anchors = (text: string): string[] =>
    [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) => title.toLowerCase());
  for (const [name, text] of PAGES) {
    for (const [, target = '', anchor] of text.matchAll(/\]\(([^)#]+)(?:#([^)]+))?\)/g)) {
      if (target.startsWith('../')) {
        assert.ok(existsSync(new URL(target, DIRECTORY)), `${name}: ${target}`);
        continue;
      }
      const linked = page(target);
      if (anchor) assert.ok(anchors(linked).includes(anchor), `${name}: ${target}#${anchor}`);
    }
  }
});

test('every operation is linked from the index', () => {
  for (const operation of OPERATION_NAMES) {
    assert.ok(page('README.md').includes(`](${operation}.md)`), operation);
  }
});

test('no table has a row of another width than its head', () => {
  const width = (line: string): number => line.replaceAll('\\|', '').split('|').length;
  for (const [name, text] of PAGES) {
    const tables = text.match(/(?:^\|.*\n)+/gm) ?? [];
    for (const rows of tables.map((lines) => lines.trimEnd().split('\n'))) {
      for (const row of rows) assert.equal(width(row), width(rows[0] ?? ''), `${name}: ${row}`);
    }
  }
});
