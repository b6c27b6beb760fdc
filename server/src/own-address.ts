/** What this platform calls itself towards a client. */

import type { FastifyRequest } from 'fastify';

/**
 * The public URL of the settings; without one, the address that the connection came in on, which,
 * other than a Host header, the client cannot choose. No slash at the end.
 */
export function ownAddress(publicUrl: string | null, request: FastifyRequest): string {
  if (publicUrl !== null) return publicUrl;
  const { localAddress = '127.0.0.1', localPort = 0 } = request.socket;
  const host = localAddress.replace(/^::ffff:/, '');
  return `${request.protocol}://${host.includes(':') ? `[${host}]` : host}:${localPort}`;
}
