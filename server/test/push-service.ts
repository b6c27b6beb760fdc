/**
 * A push service and a browser in one, over real HTTPS: it takes messages, checks the signature of
 * who sends them (RFC 8292) and decrypts them (RFC 8291, RFC 8188) by its own code, as no push
 * service on the internet can be reached from tests.
 */

import { createDecipheriv, createECDH, createHmac, createPublicKey } from 'node:crypto';
import { hkdfSync, randomBytes, verify } from 'node:crypto';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { PushSubscriptionBodyJson } from '@seqr-ups/contract';
import { testAuthority } from './certificate.ts';

/** A message as it came. `text` is what the browser would hand to its service worker. */
export type Pushed = {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The sender's VAPID claims, once its signature was found good. */
  readonly claims: { readonly aud?: string; readonly sub?: string; readonly exp?: number };
  /** The sender's public key, base64url. */
  readonly senderKey: string;
};

/** A running service. */
export type PushService = {
  readonly caPem: string;
  readonly seen: readonly Pushed[];
  /** A new browser's subscription. `status` is what the service answers for it. */
  subscribe(status?: number): PushSubscriptionBodyJson;
  close(): Promise<void>;
};

type Browser = { readonly curve: ReturnType<typeof createECDH>; auth: Buffer; status: number };

/** Starts the service on a free port of 127.0.0.1. */
export async function startPushService(): Promise<PushService> {
  const authority = await testAuthority();
  const browsers = new Map<string, Browser>();
  const seen: Pushed[] = [];
  const server = createServer(await authority.issue(['127.0.0.1']), (request, reply) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      const browser = browsers.get(path);
      if (browser === undefined || browser.status !== 201) {
        reply.writeHead(browser?.status ?? 404).end();
        return;
      }
      const sender = readSender(request.headers.authorization ?? '');
      const text = decrypted(Buffer.concat(chunks), browser);
      seen.push({ path, headers: request.headers, text, ...sender });
      reply.writeHead(201).end();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve());
  });
  const origin = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    caPem: authority.pem,
    seen,
    subscribe(status = 201) {
      const curve = createECDH('prime256v1');
      const auth = randomBytes(16);
      const path = `/push/${randomBytes(8).toString('hex')}`;
      browsers.set(path, { curve, auth, status });
      const p256dh = curve.generateKeys('base64url');
      return { endpoint: origin + path, keys: { p256dh, auth: auth.toString('base64url') } };
    },
    close: () => closed(server),
  };
}

/** `vapid t=JWT, k=public key`; throws when the signature is not that key's. */
function readSender(authorization: string): Pick<Pushed, 'claims' | 'senderKey'> {
  const [, jwt = '', senderKey = ''] = /^vapid t=([^,]+), ?k=([^,]+)$/.exec(authorization) ?? [];
  const [head = '', claims = '', signature = ''] = jwt.split('.');
  const point = Buffer.from(senderKey, 'base64url');
  const x = point.subarray(1, 33).toString('base64url');
  const y = point.subarray(33).toString('base64url');
  const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
  const signed = { key, dsaEncoding: 'ieee-p1363' } as const;
  const text = Buffer.from(`${head}.${claims}`);
  if (!verify('sha256', text, signed, Buffer.from(signature, 'base64url'))) {
    throw new Error('the sender is not who it says');
  }
  return { claims: JSON.parse(Buffer.from(claims, 'base64url').toString()) as object, senderKey };
}

/** `aes128gcm`: salt, record size, length and text of the sender's one-time key, one record. */
function decrypted(body: Buffer, { curve, auth }: Browser): string {
  const salt = body.subarray(0, 16);
  const keyLength = body.readUInt8(20);
  const sender = body.subarray(21, 21 + keyLength);
  const record = body.subarray(21 + keyLength);
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), curve.getPublicKey(), sender]);
  const secret = createHmac('sha256', auth).update(curve.computeSecret(sender)).digest();
  const input = createHmac('sha256', secret)
    .update(Buffer.concat([info, Buffer.of(1)]))
    .digest();
  const key = hkdfSync('sha256', input, salt, 'Content-Encoding: aes128gcm\0', 16);
  const nonce = hkdfSync('sha256', input, salt, 'Content-Encoding: nonce\0', 12);
  const decipher = createDecipheriv('aes-128-gcm', Buffer.from(key), Buffer.from(nonce));
  decipher.setAuthTag(record.subarray(-16));
  const text = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()]);
  // The last record ends with 2 and padding.
  return text.subarray(0, text.lastIndexOf(2)).toString('utf8');
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
