/** Loyalty tokens that a merchant names in sendInvoice and updateInvoice (3.7, 5). */

import type { SoapType } from '@seqr-ups/contract';
import type { NamedToken } from '../core/invoice.ts';
import { ok, refused } from '../core/refusal.ts';
import type { Result } from '../core/refusal.ts';

/** Normally there is one (5); more than these are no honest bill. */
const TOKENS_MAX = 20;
/** Longer than any type that an operator sets up. */
const TOKEN_ID_LENGTH_MAX = 100;

/** The tokens as sent; those without an id say nothing and are left out. */
export function readTokens(
  tokens: readonly SoapType<'customerToken'>[] | undefined,
): Result<readonly NamedToken[], 'INVALID_INVOICE_DATA'> {
  const named = (tokens ?? []).flatMap((token): NamedToken[] => {
    const id = token.id?.trim() ?? '';
    if (id === '') return [];
    const { description, value, status } = token;
    return [
      {
        id,
        status,
        ...(description !== undefined && { description }),
        ...(value !== undefined && { value }),
      },
    ];
  });
  const tooLong = named.some((token) => token.id.length > TOKEN_ID_LENGTH_MAX);
  return named.length > TOKENS_MAX || tooLong ? refused('INVALID_INVOICE_DATA') : ok(named);
}
