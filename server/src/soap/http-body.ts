/**
 * The bytes of a request: any content type, gzip or not, within one limit (merchant-soap-api 1.3).
 */

import type { IncomingHttpHeaders } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { SOAP_REQUEST_BYTES_MAX } from '@seqr-ups/contract';
import type { FastifyInstance } from 'fastify';

const inflate = promisify(gunzip);

/**
 * Has `app` hand over every body as it came, within the limit. As a pattern too: Fastify remembers
 * what a pattern has chosen for a content type, but for `*` reads the type anew in every request
 * (6 % of what a call costs).
 */
export function takeEveryBody(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  for (const types of [/^/, '*']) {
    app.addContentTypeParser(
      types,
      { parseAs: 'buffer', bodyLimit: SOAP_REQUEST_BYTES_MAX },
      (_request, body, done) => done(null, body),
    );
  }
}

/** A body's bytes, or one sentence for the client on why they cannot be had. */
export type BodyBytes =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly problem: string };

/** Undoes the Content-Encoding. Inflation stops at the limit, so a small bomb stays small. */
export async function decodeBody(body: unknown, headers: IncomingHttpHeaders): Promise<BodyBytes> {
  const bytes = body instanceof Uint8Array ? body : new Uint8Array();
  const encoding = (headers['content-encoding'] ?? '').trim().toLowerCase();
  if (encoding === '' || encoding === 'identity') return { ok: true, bytes };
  if (encoding !== 'gzip' && encoding !== 'x-gzip') {
    return { ok: false, problem: 'The Content-Encoding is not supported; send gzip or none' };
  }
  try {
    return { ok: true, bytes: await inflate(bytes, { maxOutputLength: SOAP_REQUEST_BYTES_MAX }) };
  } catch {
    return { ok: false, problem: 'The gzip body is broken, or larger than 1 MiB once inflated' };
  }
}

/** What Fastify takes for a media type; it would answer anything else in JSON before we see it. */
const MEDIA_TYPE = /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+\s*(;|$)/;

/** The content type, or undefined where it is none: then the XML says its own encoding. */
export function readableContentType(headers: IncomingHttpHeaders): string | undefined {
  const type = headers['content-type'];
  return type !== undefined && MEDIA_TYPE.test(type) ? type : undefined;
}
