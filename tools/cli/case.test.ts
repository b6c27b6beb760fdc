/** What customers reported, as the operator sees it. */

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openCase, reportCode } from '../../server/src/core/problem-case.ts';
import { testDatabase } from '../../server/test/database.ts';
import { must, openShop } from '../../server/test/shop.ts';
import { command } from './test/command-line.ts';

const { db, url, drop } = await testDatabase();
after(drop);
/** Ids grow with time. */
const FIRST = '019347a0-0000-7000-8000-000000000001';
const SECOND = '019347a0-0000-7000-8000-000000000002';
const environment = { DATABASE_URL: url, SEQR_PIN_KEY: '07'.repeat(32) };
const run = (...words: readonly string[]) => command(words, { environment });

test('cases of every merchant are listed, and codes that were changed', async () => {
  assert.equal((await run('case', 'list')).stdout, 'Nothing was reported.\n');
  const shop = await openShop(db);
  const { merchantId } = shop;
  const customerId = await shop.customer();
  const { purchase } = await shop.reserve(customerId);
  const report = { id: FIRST, customerId, purchaseId: purchase.id, kind: 'WRONG_AMOUNT' } as const;
  const text = `Two lines\nof which ${'one is long '.repeat(10)}`;
  must(await db.statement((tx) => openCase(tx, { ...report, text })));
  const code = `HTTP://SEQR.SE/000/ups?w=${merchantId}&t=m1&s=x`;
  const changed = { id: SECOND, customerId, text: code, merchantId };
  must(await db.statement((tx) => reportCode(tx, changed)));
  const { code: ended, stdout } = await run('case', 'list');
  assert.equal(ended, 0);
  assert.match(stdout, /OPEN .* m1 .*WRONG_AMOUNT .*Two lines of which one is long.*…/);
  assert.match(stdout, /CODE_CHANGED .*HTTP:\/\/SEQR\.SE/);
  const one = await run('case', 'list', '--merchant', merchantId, '--state', 'open', '--json');
  const { cases } = JSON.parse(one.stdout) as { cases: { kind: string; text: string }[] };
  assert.deepEqual(
    cases.map(({ kind, text }) => [kind, text]),
    [
      ['CODE_CHANGED', code],
      ['WRONG_AMOUNT', text],
    ],
  );
  assert.equal((await run('case', 'list', '--state', 'CLOSED')).stdout, 'Nothing was reported.\n');
  assert.match((await run('case', 'list', '--state', 'new')).stderr, /must be one of OPEN/);
});
