import type { LimitLeftJson, PurchaseJson } from '@seqr-ups/contract';
import { amountText } from '../../design/amount.ts';
import { account } from '../purchases.ts';
import { TEXT } from '../text.ts';
import { LinkTo, Notice } from './screen.tsx';

type OverLimitProps = {
  readonly limit: LimitLeftJson | null;
  /** Whether a PIN was typed for it, so that the customer asks what was charged. */
  readonly tried: boolean;
};

/** Which of the customer's own limits is in the way, what it leaves, and where to change it. */
export function OverLimit({ limit, tried }: OverLimitProps) {
  const words = TEXT.after.limits;
  return (
    <Notice tone={tried ? 'bad' : 'wait'} icon="gauge" title={words.over.title}>
      {limit === null ? null : sentence(limit)} {tried ? words.over.nothing : null}{' '}
      <LinkTo to={{ screen: 'LIMITS' }} class="notice-link">
        {words.change}
      </LinkTo>
    </Notice>
  );
}

/** The limit that this offer is above, as far as this page has heard; null: none. */
export function limitInTheWay({ maximum }: PurchaseJson): LimitLeftJson | null {
  const limit = account.value?.limit ?? null;
  if (limit === null || maximum === null) return null;
  return isMore(maximum.value, limit.left.value) ? limit : null;
}

/** Both carry the digits of one currency. */
function isMore(a: string, b: string): boolean {
  return BigInt(a.replace('.', '')) > BigInt(b.replace('.', ''));
}

function sentence({ kind, amount, left }: LimitLeftJson): string {
  return TEXT.after.limits.over[kind](amountText(amount), amountText(left));
}
