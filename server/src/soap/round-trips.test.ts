/** How many round trips to the database each operation costs, once its password is known. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { OPERATION_NAMES } from '@seqr-ups/contract';
import type { OperationName } from '@seqr-ups/contract';
import { CODE_CALLS } from '../../test/soap-code-calls.ts';
import { startSoapEdge } from '../../test/soap-platform.ts';
import type { SoapPlatform } from '../../test/soap-platform.ts';
import { openSoapShop } from '../../test/soap-shop.ts';
import type { SoapShop } from '../../test/soap-shop.ts';
import type { Database } from '../db.ts';

/**
 * One for the caller and one for the step (0009). A bill that waits comes with the caller. The
 * reports ask for the period, then for the document.
 */
const ROUND_TRIPS: { readonly [O in OperationName]?: number } = {
  getPaymentStatus: 1,
  benchmarkingNop: 0,
  executeReport: 3,
};
const ROUND_TRIPS_OTHERWISE = 2;

let counted = 0;
let base: SoapPlatform;
let platform: SoapPlatform;
let shop: SoapShop;
/** The round trips of the newest call of each operation. */
const newest = new Map<OperationName, number>();

before(async () => {
  base = await startSoapEdge();
  const edge = await startSoapEdge({ db: counting(base.database.db) });
  platform = {
    ...edge,
    database: base.database,
    call: async (operation, request) => {
      const before = counted;
      const response = await edge.call(operation, request);
      newest.set(operation, counted - before);
      return response;
    },
    stop: () => edge.stop(),
  };
  shop = await openSoapShop(platform, 'cafe');
});
after(async () => {
  await platform.stop();
  await base.stop();
});

function counting(db: Database): Database {
  return {
    ...db,
    statement: (work) =>
      db.statement((tx) =>
        work({
          query: (text, values) => {
            counted += 1;
            return tx.query(text, values);
          },
        }),
      ),
    transaction: () => {
      throw new Error('a SOAP call takes no transaction of several steps');
    },
  };
}

for (const operation of OPERATION_NAMES) {
  const call = CODE_CALLS[operation]?.SUCCESS;
  if (call === undefined) continue;
  const allowed = ROUND_TRIPS[operation] ?? ROUND_TRIPS_OTHERWISE;
  test(`${operation}: ${allowed}`, async () => {
    await call({ platform, shop });
    assert.equal(newest.get(operation), allowed);
  });
}

test('getPaymentStatus: 2 for a bill that is paid or has no reference', async () => {
  const { reference } = await shop.paid();
  assert.equal(newest.get('getPaymentStatus'), 2, 'the notice');
  await shop.status(reference);
  assert.equal(newest.get('getPaymentStatus'), 2);
});
