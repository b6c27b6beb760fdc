/** Who a request says it comes from: the `context` of merchant-soap-api 2.1 and 3.1. */

import type { SoapRequest } from '@seqr-ups/contract';
import type { PrincipalClaim } from '../core/principal.ts';

/** The context as read; every operation with credentials carries the same. */
export type WireContext = NonNullable<SoapRequest<'cancelInvoice'>['context']>;

/** `RESELERUSER` stands in samples of the manual, so clients in the field send it. */
const USER_TYPES: ReadonlySet<string> = new Set(['RESELLERUSER', 'RESELERUSER']);

/**
 * The principal that the context names, in all the forms of merchant-soap-api 2.1; null when it
 * names none that this API knows (29). Ids are exact but for white space around them, the type has
 * no case.
 */
export function readClaim(context: WireContext | undefined): PrincipalClaim | null {
  const principal = context?.initiatorPrincipalId;
  const id = principal?.id?.trim() ?? '';
  const type = principal?.type?.trim().toUpperCase() ?? '';
  if (id === '') return null;
  if (type === 'TERMINALID') return { kind: 'TERMINAL', terminalId: id };
  if (!USER_TYPES.has(type)) return null;
  const userId = principal?.userId?.trim() ?? '';
  if (userId !== '') return { kind: 'USER', merchantId: id, userId };
  const slash = id.lastIndexOf('/');
  if (slash < 0) return { kind: 'USER', merchantId: id, userId: null };
  const joined = id.slice(slash + 1);
  return { kind: 'USER', merchantId: id.slice(0, slash), userId: joined === '' ? null : joined };
}
