/**
 * Who calls: a user of a merchant, by HTTP Basic with the credentials that its backend calls the
 * SOAP API with. The user name is `merchant/user`, as one of the SOAP API's own forms has it.
 */

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Callers } from '../core/callers.ts';
import type { Principal } from '../core/principal.ts';
import { throttledAddress } from '../throttled-address.ts';
import { sendProblem } from './problem.ts';

/** A user of a merchant, authenticated. */
export type MerchantUser = Extract<Principal, { kind: 'USER' }>;

const BASIC = /^Basic +([A-Za-z0-9+/]+={0,2})$/i;

type Claim = { readonly merchantId: string; readonly userId: string; readonly password: string };

/** The header's user and password; null where it has none of this form. */
export function readBasic(header: string | undefined): Claim | null {
  const text = Buffer.from(BASIC.exec(header ?? '')?.[1] ?? '', 'base64').toString('utf8');
  const colon = text.indexOf(':');
  const name = text.slice(0, Math.max(0, colon));
  const slash = name.lastIndexOf('/');
  if (slash < 1 || slash === name.length - 1) return null;
  return {
    merchantId: name.slice(0, slash),
    userId: name.slice(slash + 1),
    password: text.slice(colon + 1),
  };
}

/**
 * A hook that lets only users of merchants through, slowing those who fail like the SOAP API does,
 * and the way to ask who it is.
 */
export function authentication(services: {
  readonly callers: Callers;
  readonly waiting: (work: () => Promise<void>) => Promise<void>;
}) {
  const { principals, credentials, failures } = services.callers;
  const users = new WeakMap<FastifyRequest, MerchantUser>();

  const judge = async (request: FastifyRequest): Promise<MerchantUser | 'BUSY' | null> => {
    const claim = readBasic(request.headers.authorization);
    if (claim === null) return null;
    const { merchantId, userId, password } = claim;
    const stored = await principals.find({ kind: 'USER', merchantId, userId });
    if (!stored.ok) return null;
    const address = throttledAddress(request.ip);
    const judged = await credentials.judge({ stored: stored.value, password, address });
    if (!judged.ok) return judged.refusal === 'SYSTEM_BUSY' ? 'BUSY' : null;
    return judged.value.kind === 'USER' ? judged.value : null;
  };

  return {
    authenticate: async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
      const user = await judge(request);
      if (user === 'BUSY') return sendProblem(reply, 'OVERLOADED');
      if (user === null) {
        await services.waiting(() => failures.pass());
        return sendProblem(reply, 'UNAUTHORIZED');
      }
      users.set(request, user);
      return undefined;
    },
    userOf: (request: FastifyRequest): MerchantUser => {
      const user = users.get(request);
      if (user === undefined) throw new Error('a route asks for a user without authenticating');
      return user;
    },
  };
}
