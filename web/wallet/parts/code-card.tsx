import type { Code, Owner } from '../opening.ts';
import { TEXT } from '../text.ts';

type CardProps = { readonly code: Code; readonly owner?: Owner | undefined };

/** Whose code it is: the names once the platform has told them, before that what the code says. */
export function CodeCard({ code, owner = code.owner }: CardProps) {
  const what = { MACHINE: TEXT.link.machine, TILL: TEXT.link.till, INVOICE: TEXT.link.invoice };
  const merchant = owner?.merchant.name ?? code.merchantId;
  const machine = owner?.machine ?? null;
  return (
    <dl class="facts card">
      {merchant === null ? null : (
        <div>
          <dt>{TEXT.link.merchant}</dt>
          <dd>{merchant}</dd>
        </div>
      )}
      <div>
        <dt>{what[code.kind]}</dt>
        <dd>{machine?.name ?? code.number}</dd>
      </div>
      {machine === null || machine.place === null ? null : (
        <div>
          <dt>{TEXT.receipt.place}</dt>
          <dd>{machine.place}</dd>
        </div>
      )}
    </dl>
  );
}

/** `machine 1001 of demo`, for sentences; by its names where they are known. */
export function codePlace(code: Code): string {
  const { owner } = code;
  if (owner?.machine != null) return TEXT.link.of(owner.machine.name, owner.merchant.name);
  const place = TEXT.link.numbered[code.kind](code.number);
  const merchant = owner?.merchant.name ?? code.merchantId;
  return merchant === null ? place : TEXT.link.of(place, merchant);
}
