/**
 * What a code stands for, as anybody who holds it may know: the merchant, and the machine as the
 * operator named it. Nothing is opened and nobody is asked.
 */

import type { QrTarget, Seller } from '@seqr-ups/contract';
import type { Tx } from '../db.ts';
import { ok, refused } from './refusal.ts';
import type { Result } from './refusal.ts';

/** Those of a customer's refusals that a code alone can meet. */
export type CodeRefusal = { readonly code: 'UNKNOWN_MERCHANT' | 'NOT_FOUND' | 'INVALID_CODE' };

type OwnerRow = { id: string; name: string };

/**
 * Whose code this is. UNKNOWN_MERCHANT: no such merchant sells at machines now; INVALID_CODE: it
 * takes signed codes alone, and this is none (`isSigned`); NOT_FOUND: no such till, or no bill that
 * can still be paid, so that numbers of paid bills tell nothing.
 */
export function findCodeOwner(
  tx: Tx,
  target: QrTarget,
  isSigned: boolean,
): Promise<Result<Seller, CodeRefusal>> {
  switch (target.kind) {
    case 'MACHINE':
      return findMachine(tx, target, isSigned);
    case 'TILL':
      return findBiller(
        tx,
        `select m.id, m.name from terminal t join merchant m on m.id = t.merchant_id
          where t.seqr_id = $1 and t.state = 'ACTIVE' and m.state = 'ACTIVE'`,
        target.seqrId,
      );
    case 'INVOICE':
      break;
  }
  return findBiller(
    tx,
    `select m.id, m.name from invoice i join merchant m on m.id = i.merchant_id
      where i.reference = $1 and m.state = 'ACTIVE' and i.expires_at > seqr_clock()
        and i.state in ('ISSUED', 'PENDING_ISSUER_ACKNOWLEDGE')`,
    target.invoiceReference,
  );
}

async function findMachine(
  tx: Tx,
  { merchantId, token }: Extract<QrTarget, { kind: 'MACHINE' }>,
  isSigned: boolean,
): Promise<Result<Seller, CodeRefusal>> {
  const { rows } = await tx.query<
    OwnerRow & { machine: string; place: string | null; unsigned: boolean }
  >(
    `select m.id, m.name, coalesce(x.name, $2) as machine, x.place,
            m.unsigned_codes_allowed as unsigned
       from merchant m left join machine x on x.merchant_id = m.id and x.token = $2
      where m.id = $1 and m.state = 'ACTIVE' and m.create_purchase_url is not null`,
    [merchantId, token],
  );
  const [row] = rows;
  if (row === undefined) return refused({ code: 'UNKNOWN_MERCHANT' });
  if (!isSigned && !row.unsigned) return refused({ code: 'INVALID_CODE' });
  const { id, name, machine, place } = row;
  return ok({ merchant: { id, name }, machine: { token, name: machine, place } });
}

async function findBiller(
  tx: Tx,
  text: string,
  number: string,
): Promise<Result<Seller, CodeRefusal>> {
  const { rows } = await tx.query<OwnerRow>(text, [number]);
  const [row] = rows;
  if (row === undefined) return refused({ code: 'NOT_FOUND' });
  return ok({ merchant: { id: row.id, name: row.name }, machine: null });
}
