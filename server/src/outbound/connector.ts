/**
 * How outgoing calls connect: only to addresses that the guard lets pass, within a deadline, to a
 * proven peer.
 */

import { isIP, type LookupFunction, type Socket } from 'node:net';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { buildConnector } from 'undici';
import type { AddressGuard } from './address.ts';
import type { Lookup } from './lookup.ts';

/**
 * Why there is no connection. REFUSED_ADDRESS: the guard; TLS: connected, but the peer could not be
 * proven.
 */
export type ConnectFault = 'REFUSED_ADDRESS' | 'CONNECT' | 'TLS' | 'TIMEOUT';

/** What every failed connect ends in, so that a caller never has to guess by an error's text. */
export class ConnectFailure extends Error {
  readonly fault: ConnectFault;
  constructor(fault: ConnectFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ConnectFailure';
    this.fault = fault;
  }
}

/**
 * What a connector needs. `caPem` is trusted in addition to the public authorities, never instead
 * of a check.
 */
export type ConnectorOptions = {
  readonly guard: AddressGuard;
  readonly lookup: Lookup;
  readonly connectTimeoutMs: number;
  readonly caPem: string | null;
  /** Aborted when nobody wants a connection any more; ends those that are being made. */
  readonly closed: AbortSignal;
};

/**
 * Makes the function that undici calls for each new connection. Throws when `caPem` holds no
 * certificate.
 */
export function guardedConnector(options: ConnectorOptions): buildConnector.connector {
  const { guard, connectTimeoutMs, closed } = options;
  const connect = buildConnector({
    secureContext: trustedContext(options.caPem),
    lookup: guardedLookup(options.lookup, guard),
    autoSelectFamily: true,
    allowH2: false,
    // undici's own timer is coarse (about a second); the one below is exact and covers the same
    // time.
    timeout: 0,
  });
  return (target, callback) => {
    // A literal address is connected to without a lookup, so it is checked here.
    if (isIP(target.hostname) !== 0 && !guard(target.hostname)) {
      process.nextTick(callback, refusedAddress(target.hostname), null);
      return;
    }
    let fault: ConnectFault = 'CONNECT';
    // The declaration says void, but undici's clients themselves rely on the socket being returned.
    const socket = connect(target, (error, connected) => {
      clearTimeout(timer);
      closed.removeEventListener('abort', giveUp);
      if (error !== null) callback(asFailure(error, fault), null);
      else callback(null, connected);
    }) as unknown as Socket;
    socket.once('connect', () => {
      fault = 'TLS';
    });
    const giveUp = (): void => {
      const message = `not connected within ${connectTimeoutMs} ms`;
      socket.destroy(new ConnectFailure('TIMEOUT', message));
    };
    const timer = setTimeout(giveUp, connectTimeoutMs);
    closed.addEventListener('abort', giveUp, { once: true });
  };
}

/**
 * With one's own authority beside the public ones; made once, for reading all of them takes
 * milliseconds.
 */
function trustedContext(caPem: string | null): SecureContext {
  if (caPem === null) return createSecureContext();
  return createSecureContext({ ca: [...getCACertificates('default'), caPem] });
}

/**
 * The addresses of a name that may be reached; connecting uses exactly these, so a second answer
 * changes nothing.
 */
function guardedLookup(lookup: Lookup, guard: AddressGuard): LookupFunction {
  return (name, { all }, answer) => {
    lookup(name).then(
      (found) => {
        const addresses = found.filter(({ address }) => guard(address));
        const [first] = addresses;
        if (first === undefined) answer(refusedAddress(name), '', 0);
        else if (all === true) answer(null, [...addresses]);
        else answer(null, first.address, first.family);
      },
      (error: Error) => answer(error, '', 0),
    );
  };
}

const refusedAddress = (host: string) =>
  new ConnectFailure('REFUSED_ADDRESS', `${host} is not at a public address`);

const asFailure = (error: Error, fault: ConnectFault): ConnectFailure =>
  error instanceof ConnectFailure
    ? error
    : new ConnectFailure(fault, error.message || 'no connection', { cause: error });
