import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readableContentType } from './http-body.ts';

test('What is no media type counts as absent', () => {
  assert.equal(
    readableContentType({ 'content-type': 'text/xml; charset=x' }),
    'text/xml; charset=x',
  );
  for (const type of ['', 'xml', 'text/', '/xml', 'text/xml xml']) {
    assert.equal(readableContentType({ 'content-type': type }), undefined, type);
  }
});
