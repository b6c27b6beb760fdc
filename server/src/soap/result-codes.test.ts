/**
 * Every operation × every result code that the contract lists for it, out of the declarations:
 * each is produced here, or its declaration says why it cannot be.
 */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { operationCodes, OPERATION_NAMES, OPERATIONS, resultCodeName } from '@seqr-ups/contract';
import type {
  OperationDeclaration,
  OperationName,
  ResultCodeName,
  SoapRequest,
} from '@seqr-ups/contract';
import { CODE_CALLS } from '../../test/soap-code-calls.ts';
import type { CodeCall } from '../../test/soap-code-calls.ts';
import { startSoapEdge, terminalContext, userContext } from '../../test/soap-platform.ts';
import type { SoapPlatform } from '../../test/soap-platform.ts';
import { openSoapShop } from '../../test/soap-shop.ts';
import type { Context, SoapShop } from '../../test/soap-shop.ts';
import { setMerchant } from '../core/merchant.ts';
import { hashPassword } from '../core/credential.ts';

let platform: SoapPlatform;
/** One whose database has gone, and one that has too much to do. */
let broken: SoapPlatform;
let busy: SoapPlatform;
let shop: SoapShop;
let blocked: SoapShop;
let short: Context;

before(async () => {
  platform = await startSoapEdge();
  const { db } = platform.database;
  shop = await openSoapShop(platform, 'cafe');
  blocked = await openSoapShop(platform, 'closed');
  await db.statement((tx) => setMerchant(tx, 'closed', { state: 'BLOCKED' }));
  const { id } = (await shop.newTerminal()).initiatorPrincipalId;
  const passwordHash = await hashPassword('abc');
  await db.statement((tx) =>
    tx.query(`update terminal set password_hash = $2 where id = $1`, [id, passwordHash]),
  );
  short = terminalContext(id, 'abc');
  broken = await startSoapEdge();
  await broken.database.db.close();
  busy = await startSoapEdge({ db, overloaded: () => true });
});
after(async () => {
  await busy.stop();
  await broken.stop();
  await platform.stop();
});

/** A call that says nothing but who calls. */
const bare = <O extends OperationName>(operation: O, context: Context, edge = platform) =>
  edge.call(operation, { context, invoiceVersion: 0 } as unknown as SoapRequest<O>);

function principalsOf(operation: OperationName): readonly string[] {
  const { principals }: OperationDeclaration = OPERATIONS[operation];
  return principals;
}
const allowed = (operation: OperationName, one: SoapShop): Context =>
  principalsOf(operation).includes('TERMINALID') ? one.terminal : one.user;

/** The codes that all operations share, produced alike for each. */
const COMMON: { readonly [C in ResultCodeName]?: (operation: OperationName) => Promise<Answer> } = {
  AUTHENTICATION_FAILED: (operation) =>
    bare(operation, { ...allowed(operation, shop), password: 'wrong' }),
  ACCESS_DENIED: (operation) => {
    if (principalsOf(operation).length > 1) return bare(operation, short);
    const terminals = principalsOf(operation).includes('TERMINALID');
    return bare(operation, terminals ? shop.user : shop.terminal);
  },
  INVALID_INITIATOR_PRINCIPAL_ID: (operation) => bare(operation, terminalContext('nobody', 'x')),
  INVALID_INITIATOR_PRINCIPAL_STATE: (operation) => bare(operation, allowed(operation, blocked)),
  INITIATOR_PRINCIPAL_NOT_FOUND: (operation) => bare(operation, userContext('cafe', '1', 'x')),
  SYSTEM_ERROR: (operation) => bare(operation, allowed(operation, shop), broken),
  UNSUPPORTED_OPERATION: (operation) => bare(operation, allowed(operation, shop)),
  SYSTEM_BUSY: (operation) => bare(operation, allowed(operation, shop), busy),
};
type Answer = { readonly resultCode: number };

function callFor(operation: OperationName, code: ResultCodeName): CodeCall | null {
  const own = CODE_CALLS[operation]?.[code];
  if (own !== undefined) return own;
  const shared = COMMON[code];
  return shared === undefined ? null : () => shared(operation);
}

for (const operation of OPERATION_NAMES) {
  test(`${operation}: every code that the contract lists is answered, or cannot be`, async () => {
    const unanswered: string[] = [];
    for (const { name, code, unreachable } of operationCodes(operation)) {
      if (unreachable !== null) {
        assert.ok(unreachable.length > 20, `${name}: the reason says nothing`);
        assert.equal(CODE_CALLS[operation]?.[name], undefined, `${name} is said to be unreachable`);
        continue;
      }
      const call = callFor(operation, name);
      if (call === null) {
        unanswered.push(name);
        continue;
      }
      const { resultCode } = await call({ platform, shop });
      assert.equal(resultCode, code, `${name}, but ${resultCodeName(resultCode)}`);
    }
    assert.deepEqual(unanswered, [], 'listed, but neither produced nor unreachable');
  });

  test(`${operation}: the codes of its own calls are all listed`, () => {
    const listed = new Set<string>(operationCodes(operation).map(({ name }) => name));
    for (const name of Object.keys(CODE_CALLS[operation] ?? {})) assert.ok(listed.has(name));
  });
}

test('An update of a paid bill is 90 and changes nothing', async () => {
  const { reference } = await shop.paid({ title: 'Coffee' });
  const answer = await platform.call('updateInvoice', {
    context: shop.terminal,
    invoiceReference: reference,
    invoice: { title: 'Tea' },
  });
  assert.equal(answer.resultCode, 90);
  assert.equal((await shop.status(reference)).receipt?.invoice?.title, 'Coffee');
});
