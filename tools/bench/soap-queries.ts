/**
 * Round trips to the database of one successful call of every operation, counted between the real
 * edge and its database. A statement is one; a transaction is its statements, BEGIN and COMMIT. The
 * calls are those with which the tests produce code 0, so a new operation cannot be forgotten.
 */

import { OPERATION_NAMES, OPERATIONS } from '@seqr-ups/contract';
import type { OperationDeclaration, OperationName } from '@seqr-ups/contract';
import type { Database, Tx } from '../../server/src/db.ts';
import { CODE_CALLS } from '../../server/test/soap-code-calls.ts';
import { startSoapEdge } from '../../server/test/soap-platform.ts';
import type { SoapPlatform } from '../../server/test/soap-platform.ts';
import { openSoapShop } from '../../server/test/soap-shop.ts';
import type { SoapShop } from '../../server/test/soap-shop.ts';

/** An operation (or a case of one), what it answered, and what that took. */
export type QueryCount = {
  readonly operation: string;
  readonly resultCode: number;
  readonly roundTrips: number;
};

/** Calls every operation once. */
export async function countQueries(): Promise<QueryCount[]> {
  let edge: SoapPlatform | null = null;
  const counter = countingDatabase(() => {
    if (edge === null) throw new Error('nobody calls before the edge is there');
    return edge.database.db;
  });
  edge = await startSoapEdge({ db: counter.db });
  try {
    const counted = new Map<OperationName, QueryCount>();
    const bare = edge;
    const platform: SoapPlatform = {
      ...bare,
      call: async (operation, request) => {
        const before = counter.roundTrips();
        const response = await bare.call(operation, request);
        const roundTrips = counter.roundTrips() - before;
        counted.set(operation, { operation, resultCode: response.resultCode, roundTrips });
        return response;
      },
    };
    const shop = await openSoapShop(platform, 'cafe');
    const found: QueryCount[] = [];
    for (const operation of OPERATION_NAMES) {
      await callOnce(operation, { platform, shop });
      const count = counted.get(operation);
      if (count === undefined) throw new Error(`${operation} was not called`);
      found.push(count);
    }
    const { reference } = await shop.paid();
    await shop.status(reference);
    const paid = counted.get('getPaymentStatus');
    if (paid !== undefined) found.push({ ...paid, operation: 'getPaymentStatus, paid' });
    return found;
  } finally {
    await edge.stop();
  }
}

async function callOnce(
  operation: OperationName,
  stage: { readonly platform: SoapPlatform; readonly shop: SoapShop },
): Promise<void> {
  const succeed = CODE_CALLS[operation]?.SUCCESS;
  if (succeed !== undefined) {
    await succeed(stage);
    return;
  }
  // Not offered: whoever may call it is told so.
  const { principals }: OperationDeclaration = OPERATIONS[operation];
  const { terminal, user } = stage.shop;
  const context = principals.includes('TERMINALID') ? terminal : user;
  await stage.platform.call(operation, { context });
}

/** Passes everything on to `target`, and counts. */
function countingDatabase(target: () => Database): { db: Database; roundTrips(): number } {
  let count = 0;
  const counted = (tx: Tx): Tx => ({
    query: (text, values) => {
      count += 1;
      return tx.query(text, values);
    },
  });
  return {
    roundTrips: () => count,
    db: {
      statement: (work) => target().statement((tx) => work(counted(tx))),
      transaction: (work) => {
        count += 2;
        return target().transaction((tx) => work(counted(tx)));
      },
      close: () => target().close(),
    },
  };
}
