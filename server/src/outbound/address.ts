/**
 * Which addresses an outgoing call may reach. A merchant's URL is hostile input: it must not lead
 * into the operator's own network, to a metadata service, or to this machine (Unattended Payments,
 * row 41).
 */

import { BlockList, isIP } from 'node:net';
import { addRange } from '../config.ts';

/** IPv4 that is not the public internet (IANA special-purpose registry, multicast and reserved). */
const REFUSED_IPV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];

/** The only IPv6 range that is handed out; mapped and NAT64 addresses lie outside it. */
const PUBLIC_IPV6 = '2000::/3';

/**
 * Parts of it that are not hosts of the public internet: protocols and Teredo, documentation, 6to4
 * of any IPv4.
 */
const REFUSED_IPV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

/**
 * Says of an address, as text without brackets, whether a call may go there; anything else than an
 * address may not.
 */
export type AddressGuard = (address: string) => boolean;

/**
 * The guard of an installation: public addresses, and the ranges (CIDR) that the operator allows
 * besides.
 */
export function addressGuard(allowedRanges: readonly string[]): AddressGuard {
  const allowed = blockList(allowedRanges);
  const refusedIpv4 = blockList(REFUSED_IPV4);
  const publicIpv6 = blockList([PUBLIC_IPV6]);
  const refusedIpv6 = blockList(REFUSED_IPV6);
  return (address) => {
    const family = isIP(address);
    // A zone ("fe80::1%eth0") names an interface of this machine, never a public host.
    if (family === 0 || address.includes('%')) return false;
    if (family === 4) return allowed.check(address) || !refusedIpv4.check(address);
    if (allowed.check(address, 'ipv6')) return true;
    return publicIpv6.check(address, 'ipv6') && !refusedIpv6.check(address, 'ipv6');
  };
}

function blockList(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    if (!addRange(list, range)) throw new Error(`not an address range: ${range}`);
  }
  return list;
}
