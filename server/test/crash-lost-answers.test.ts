/**
 * T5 for whole purchases: between reseller and platform each call, or its answer, is cut off once;
 * the purchase comes to the same end as on a network that loses nothing, and money moves once.
 */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { PurchaseJson } from '@seqr-ups/contract';
import { eventually, panel } from './actors.ts';
import { goOn, offered } from './crash-point.ts';
import type { Visit } from './crash-point.ts';
import type { Loss } from './soap-proxy.ts';
import { openStage, stageMachine } from './stage.ts';
import type { Stage } from './stage.ts';

const LOSSES: readonly Loss[] = ['CUT_CALL', 'CUT_ANSWER'];
const OPERATIONS = [
  'sendInvoice',
  'getPaymentStatus',
  'updateInvoice',
  'commitReservation',
  'cancelInvoice',
] as const;

type Case = { token: string; operation: (typeof OPERATIONS)[number]; loss: Loss };
const CASES: readonly Case[] = OPERATIONS.flatMap((operation) =>
  LOSSES.map((loss) => ({ token: `${operation}-${loss}`, operation, loss })),
);

let stage: Stage;
before(async () => {
  stage = await openStage(
    CASES.map(({ token, operation }) =>
      stageMachine(token, operation === 'cancelInvoice' ? { jammingSlots: [1, 2] } : {}),
    ),
  );
});
after(() => stage.close());

/** How its invoice ended, and how many transfers have taken money for it. */
async function traces({ id }: PurchaseJson): Promise<{ postings: bigint; state: string }> {
  const { rows } = await stage.sandbox.db.statement((tx) =>
    tx.query<{ postings: bigint; state: string }>(
      `select i.state, (select count(*) from transfer t
         where t.pending_id = i.hold_id and t.kind = 'POST') as postings
       from invoice i where i.purchase_id = $1`,
      [id],
    ),
  );
  assert.ok(rows[0]);
  return rows[0];
}

for (const { token, operation, loss } of CASES) {
  const what = loss === 'CUT_CALL' ? 'the call' : 'the answer';
  test(`T5: ${what} of ${operation} is lost`, { concurrency: true }, async () => {
    const visit: Visit = {
      stage,
      wallet: await stage.customer(),
      panel: panel(stage.sandbox.machines, token),
    };
    let about = token;
    let offer: PurchaseJson | null = null;
    if (operation !== 'sendInvoice') {
      offer = await offered(visit);
      about = offer.invoiceReference ?? '';
    }
    const rule = stage.proxy.arm({ operation, about, loss, times: 1 });
    offer ??= await offered(visit);
    const ended = await goOn(visit, offer.id);
    assert.equal(rule.met(), 1, 'it was lost');
    const sold = operation !== 'cancelInvoice';
    assert.equal(ended.state, sold ? 'PAID' : 'RELEASED');
    assert.equal(ended.charged?.value, sold ? '2.50' : undefined);
    const { balance, available } = await visit.wallet.account();
    assert.equal(balance.value, sold ? '97.50' : '100.00');
    assert.deepEqual(available, balance);
    const wanted = sold ? { state: 'PAID', postings: 1n } : { state: 'CANCELED', postings: 0n };
    assert.deepEqual(await traces(ended), wanted);
    // The reseller has learned of it too: the machine is free for the next customer.
    await eventually('free', async () => (await visit.panel.look()).state === 'IDLE');
  });
}
