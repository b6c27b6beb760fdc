import type { PurchaseRowJson } from '@seqr-ups/contract';
import { amountText, numberText } from '../../design/amount.ts';
import { isMany } from '../receipt.ts';
import { TEXT } from '../text.ts';

type RowsProps = {
  readonly rows: readonly PurchaseRowJson[];
  /** With the price of one, the discount and the tax rate, where the merchant sent them. */
  readonly detailed?: boolean;
};

/** The lines of a bill, as the merchant sent them. */
export function Rows({ rows, detailed = false }: RowsProps) {
  return (
    <ul class="rows">
      {rows.map((row, index) => {
        const note = detailed ? noteOf(row) : '';
        return (
          <li key={index}>
            <span>
              {row.description ?? '–'}
              {note === '' && isMany(row.quantity) ? (
                <span class="soft"> × {row.quantity}</span>
              ) : null}
              {note === '' ? null : <span class="soft small row-note figures">{note}</span>}
            </span>
            <span class="figures">{row.total === null ? '' : amountText(row.total)}</span>
          </li>
        );
      })}
    </ul>
  );
}

/** `2 × 1.20 EUR · Discount 0.10 EUR · VAT 19 %` */
function noteOf({ quantity, unit, unitPrice, discount, taxRate }: PurchaseRowJson): string {
  const many = isMany(quantity) && quantity !== null;
  const measured = [quantity && numberText(quantity), unit].filter(Boolean).join('\u00a0');
  return [
    many && unitPrice !== null ? TEXT.after.receipt.each(measured, amountText(unitPrice)) : null,
    many && unitPrice === null ? `× ${measured}` : null,
    discount === null ? null : TEXT.after.receipt.discount(amountText(discount)),
    taxRate === null ? null : TEXT.after.receipt.taxRate(numberText(taxRate)),
  ]
    .filter(Boolean)
    .join(' · ');
}
