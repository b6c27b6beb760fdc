import type { PurchaseRowJson } from '@seqr-ups/contract';
import { amountText } from '../../design/amount.ts';

/** The lines of a bill, as the merchant sent them. */
export function Rows({ rows }: { readonly rows: readonly PurchaseRowJson[] }) {
  return (
    <ul class="rows">
      {rows.map((row, index) => (
        <li key={index}>
          <span>
            {row.description ?? '–'}
            {isMany(row.quantity) ? <span class="soft"> × {row.quantity}</span> : null}
          </span>
          <span class="figures">{row.total === null ? '' : amountText(row.total)}</span>
        </li>
      ))}
    </ul>
  );
}

function isMany(quantity: string | null): boolean {
  return quantity !== null && !/^0*1(\.0*)?$/u.test(quantity);
}
