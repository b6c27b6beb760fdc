/**
 * The tenant matrix (T10), out of the declarations: whatever a request names, another merchant's,
 * another terminal's and invented ids have the same answer and no effect.
 */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { OPERATION_NAMES, OPERATIONS } from '@seqr-ups/contract';
import type { OperationDeclaration, OperationName } from '@seqr-ups/contract';
import { referencesOf, requestNaming } from '../../test/soap-references.ts';
import type { ReferenceKind } from '../../test/soap-references.ts';
import { startSoapEdge } from '../../test/soap-platform.ts';
import type { SoapPlatform } from '../../test/soap-platform.ts';
import { EUR, openSoapShop, parameters } from '../../test/soap-shop.ts';
import type { Context, SoapShop } from '../../test/soap-shop.ts';
import {
  cancelClientSession,
  completeClientSession,
  openClientSession,
} from '../core/session-info.ts';

/** `shared`: any terminal of the same merchant may name it. */
type Id = {
  readonly id: string;
  readonly type?: string;
  readonly userId?: string;
  readonly shared?: true;
};
type Owned = { readonly ids: readonly Id[]; readonly invented: Id };

let platform: SoapPlatform;
let owner: SoapShop;
let other: SoapShop;
let sibling: Context;
let owned: { readonly [K in ReferenceKind]: Owned };

before(async () => {
  platform = await startSoapEdge();
  owner = await openSoapShop(platform, 'mine');
  other = await openSoapShop(platform, 'theirs');
  sibling = await owner.newTerminal();
  owned = await thingsOf(owner);
});
after(() => platform.stop());

const named = (...ids: readonly string[]): readonly Id[] => ids.map((id) => ({ id }));
const shared = (...ids: readonly string[]): readonly Id[] =>
  ids.map((id) => ({ id, shared: true }));

/** Everything that a merchant can have, in every state. */
async function thingsOf(shop: SoapShop): Promise<typeof owned> {
  const { terminal, user } = shop;
  const terminalId = terminal.initiatorPrincipalId.id;
  const canceled = await shop.issue();
  await platform.call('cancelInvoice', { context: terminal, invoiceReference: canceled });
  const { reference, ersReference } = await shop.paid({ totalAmount: EUR('2.00') });
  const refund = await platform.call('refundPayment', {
    context: terminal,
    ersReference,
    invoice: { totalAmount: EUR('0.50') },
  });
  const mark = async (entries: Record<string, string>) => {
    const marked = await platform.call('markTransactionPeriod', {
      context: user,
      parameters: parameters(entries),
    });
    return marked.transactionPeriodId ?? '';
  };
  const issued = await shop.issue();
  return {
    INVOICE: {
      ids: named(
        issued,
        await shop.reserved(),
        await shop.unnoticed(),
        reference,
        canceled,
        `' or reference = '${issued}`,
      ),
      invented: { id: '20161123000000000' },
    },
    PAYMENT: {
      ids: shared(ersReference, refund.ersReference ?? ''),
      invented: { id: '2016030112000512001000042' },
    },
    SESSION: { ids: await sessionsOf(terminalId), invented: { id: '5d0c77a1' } },
    TERMINAL: { ids: named(terminalId), invented: { id: 'f'.repeat(32) } },
    PERIOD: {
      // The answer for the shop's period is "not ready" to its terminals, by the contract.
      ids: [...shared(await mark({})), ...named(await mark({ TERMINALID: terminalId }))],
      invented: { id: '2016030122000100001000090' },
    },
    PRINCIPAL: {
      ids: [...named(terminalId), { id: shop.merchantId, type: 'RESELLERUSER', userId: '9900' }],
      invented: { id: 'f'.repeat(32) },
    },
    ACCOUNT: { ids: named('1', terminalId, shop.merchantId), invented: { id: '999999' } },
  };
}

async function sessionsOf(terminalId: string): Promise<readonly Id[]> {
  const { db } = platform.database;
  const open = (lifetimeS: number) =>
    db.statement(async (tx) => (await openClientSession(tx, { terminalId, lifetimeS })).key);
  const [running, ready, canceled] = [await open(600), await open(600), await open(600)];
  await db.statement((tx) => completeClientSession(tx, ready, [{ key: 'msisdn', value: '46' }]));
  await db.statement((tx) => cancelClientSession(tx, canceled));
  return named(running, ready, canceled, await open(0));
}

/** The whole database as text: what is the same before and after had no effect. */
async function everything(): Promise<string> {
  const { db } = platform.database;
  const tables = await db.statement((tx) =>
    tx.query<{ name: string }>(
      `select tablename as name from pg_tables where schemaname = 'public' order by 1`,
    ),
  );
  const digests = tables.rows.map(
    ({ name }) =>
      `select '${name}' as name, md5(string_agg(t::text, ' ' order by t::text)) as digest
       from ${name} t`,
  );
  const { rows } = await db.statement((tx) => tx.query(digests.join(' union all ')));
  return JSON.stringify(rows);
}

/** Everybody to whom nothing of the owner's terminal belongs, among those who may call. */
function strangers(operation: OperationName): Record<string, Context> {
  const { principals }: OperationDeclaration = OPERATIONS[operation];
  const terminals = principals.includes('TERMINALID');
  return {
    ...(terminals && { "another merchant's terminal": other.terminal }),
    ...(terminals && { "the merchant's other terminal": sibling }),
    ...(principals.includes('RESELLERUSER') && { "another merchant's user": other.user }),
  };
}

for (const operation of OPERATION_NAMES) {
  const { references, unjudged } = referencesOf(operation);

  test(`${operation}: whether each element is a reference has been judged`, () => {
    assert.deepEqual(unjudged, []);
  });

  for (const reference of references) {
    const place = reference.parameter ?? reference.path;
    test(`${operation}: a stranger's ${place} is as one that does not exist`, async () => {
      const { ids, invented } = owned[reference.kind];
      const call = (context: Context, id: Id) =>
        platform.call(operation, {
          ...requestNaming(operation, reference, id),
          context,
        });
      const before = await everything();
      for (const [who, context] of Object.entries(strangers(operation))) {
        const nothing = await call(context, invented);
        assert.notEqual(nothing.resultCode, 0, `${who}, an invented id`);
        for (const { shared: withSibling, ...id } of ids) {
          if (withSibling === true && context === sibling) continue;
          assert.deepEqual(await call(context, id), nothing, `${who}, ${id.id}`);
        }
      }
      assert.equal(await everything(), before, 'nothing has changed');
    });
  }
}

test('The matrix sees an effect where there is one, and the owner is let in', async () => {
  const before = await everything();
  const [issued] = owned.INVOICE.ids;
  const answer = await platform.call('cancelInvoice', {
    context: owner.terminal,
    invoiceReference: issued?.id,
  });
  assert.equal(answer.resultCode, 0);
  assert.notEqual(await everything(), before);
});

test('A payment may be refunded and documented by any terminal of its merchant', async () => {
  const { ersReference } = await owner.paid();
  const refund = await platform.call('refundPayment', {
    context: sibling,
    ersReference,
    invoice: { totalAmount: EUR('0.50') },
  });
  assert.equal(refund.resultCode, 0);
  for (const reference of [ersReference, refund.ersReference]) {
    const receipt = await platform.call('submitPaymentReceipt', {
      context: sibling,
      ersReference: reference,
    });
    assert.equal(receipt.resultCode, 0);
  }
});

test('A code on a sticker is refused alike whoever has it, and stays where it is', async () => {
  const assign = (context: Context, seqrId: string) =>
    platform.call('assignSeqrId', { context, seqrId });
  assert.equal((await assign(owner.terminal, 'KAFE7')).resultCode, 0);
  const before = await everything();
  const answers = [await assign(sibling, 'KAFE7'), await assign(other.terminal, 'KAFE7')];
  assert.deepEqual(
    answers.map(({ resultCode }) => resultCode),
    [53, 53],
  );
  assert.equal(await everything(), before);
});
