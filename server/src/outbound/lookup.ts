/**
 * Names to addresses for outgoing calls. Asked of the name servers directly (c-ares), because the
 * usual `getaddrinfo` runs on the four threads that password hashing and files need too: a
 * merchant's slow name server would stop all of them. What the name servers do not know
 * (`/etc/hosts`, search domains) is then asked of the system, one name at a time, so that at most
 * one of those threads can ever be held up.
 */

import { Resolver, lookup as systemLookup } from 'node:dns/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** One try at a name server, and how often each is tried. */
const QUERY_TIMEOUT_MS = 1_000;
const QUERY_TRIES = 2;
/**
 * Once one family has answered, the other gets so long; some name servers never answer for IPv6.
 */
const OTHER_FAMILY_WAIT_MS = 100;
/** Addresses tried for one name. */
const ADDRESSES_MAX = 8;
/** Names waiting to be asked of the system. */
const SYSTEM_WAITING_MAX = 64;

/** One address of a name. */
export type Address = { readonly address: string; readonly family: 4 | 6 };

/** Resolves a name to at least one address; throws when there is none. */
export type Lookup = (name: string) => Promise<readonly Address[]>;

/** Opens a lookup on the system's name servers, or on the given ones ("address:port"). */
export function openLookup(nameServers?: readonly string[]): Lookup {
  const resolver = new Resolver({ timeout: QUERY_TIMEOUT_MS, tries: QUERY_TRIES });
  if (nameServers !== undefined) resolver.setServers(nameServers);
  const askSystem = oneAtATime(async (name) => {
    const found = await systemLookup(name, { all: true });
    return found.map(({ address, family }) => ({ address, family: family === 4 ? 4 : 6 }));
  });
  return async (name) => {
    const host = name.replace(/\.$/, '').toLowerCase();
    if (host === 'localhost' || host.endsWith('.localhost')) return LOOPBACK;
    const found = await askNameServers(resolver, host);
    return found.length > 0 ? found.slice(0, ADDRESSES_MAX) : askSystem(host);
  };
}

/** RFC 6761: these names are this machine whatever a name server says. */
const LOOPBACK: readonly Address[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];

/**
 * Both families at once; nothing found is an empty list, a name server that does not answer is
 * thrown.
 */
async function askNameServers(resolver: Resolver, name: string): Promise<readonly Address[]> {
  const ask = async (family: 4 | 6): Promise<readonly Address[]> => {
    try {
      const found = await (family === 4 ? resolver.resolve4(name) : resolver.resolve6(name));
      return found.map((address) => ({ address, family }));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ETIMEOUT' || code === 'ECANCELLED') throw error;
      return [];
    }
  };
  const ipv4 = ask(4);
  const ipv6 = ask(6);
  const first = await Promise.race([ipv4, ipv6]);
  if (first.length === 0) return [...(await ipv4), ...(await ipv6)];
  const enough = sleep(OTHER_FAMILY_WAIT_MS, [], { ref: false });
  const settled = (family: Promise<readonly Address[]>) =>
    Promise.race([family.catch(() => []), enough]);
  return [...(await settled(ipv4)), ...(await settled(ipv6))];
}

/**
 * Runs one at a time, and no more than a bounded number waiting; the same name asked twice is asked
 * once.
 */
function oneAtATime(ask: Lookup): Lookup {
  const waiting = new Map<string, Promise<readonly Address[]>>();
  let last: Promise<unknown> = Promise.resolve();
  return (name) => {
    const same = waiting.get(name);
    if (same !== undefined) return same;
    if (waiting.size >= SYSTEM_WAITING_MAX) return Promise.reject(new Error('too many lookups'));
    const turn = last.then(() => ask(name)).finally(() => waiting.delete(name));
    waiting.set(name, turn);
    last = turn.catch(() => {});
    return turn;
  };
}
