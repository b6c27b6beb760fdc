/**
 * The wallet itself: files that the build made (`web/`), served at the root, and again behind
 * every code that a plain camera app opens (`/000/ups?…`, `/R…`, `/Q…`); the page reads its own
 * address.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import helmet from '@fastify/helmet';
import files from '@fastify/static';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { v7 as uuid } from 'uuid';
import type { Logger } from '../log.ts';
import { ourFault } from './words.ts';

/** Names under here carry a hash of their content, so they never change. */
const HASHED = /[/\\]assets[/\\][^/\\]+$/;
const IMMUTABLE = 'public, max-age=31536000, immutable';
const NO_CACHE = 'no-cache';

/** The camera is what the wallet is for; it needs nothing else of the phone. */
const PERMISSIONS = 'camera=(self), microphone=(), geolocation=(), payment=(), usb=()';

/**
 * Everything from here alone. `data:` only for small images that the build puts into the styles.
 */
const CONTENT_SECURITY_POLICY = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'self'"],
    imgSrc: ["'self'", 'data:'],
    objectSrc: ["'none'"],
    baseUri: ["'none'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
  },
};

/** What a code opens, in any letter case. A segment with a dot is a file. */
const LANDING_PATHS = ['/000/:service(^[uU][pP][sS]$)', '/:code(^[rRqQ][0-9A-Za-z]{1,64}$)'];

/** Adds the pages; as a plugin of its own, so that its headers stay with them. */
export async function walletPages(
  app: FastifyInstance,
  { webRoot, log }: { readonly webRoot: string; readonly log: Logger },
): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: CONTENT_SECURITY_POLICY,
    crossOriginEmbedderPolicy: true,
    referrerPolicy: { policy: 'no-referrer' },
    // Of the operator's other hosts nothing is known here.
    strictTransportSecurity: { includeSubDomains: false },
    xFrameOptions: { action: 'deny' },
  });
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('permissions-policy', PERMISSIONS);
  });
  app.setNotFoundHandler((request, reply) => notFound(request, reply));
  app.setErrorHandler((error: FastifyError, request, reply) => {
    if (error.statusCode !== undefined && error.statusCode < 500) return notFound(request, reply);
    const requestId = uuid();
    log.error({ err: error, requestId }, 'a page failed');
    return plainPage(reply.code(500), 'Something went wrong', ourFault(requestId));
  });
  await app.register(files, {
    root: webRoot,
    // It may be built while the server runs.
    suppressWarning: true,
    index: false,
    dotfiles: 'ignore',
    // The build left each file packed beside it.
    preCompressed: true,
    cacheControl: false,
    setHeaders: (reply, path) => {
      reply.header('cache-control', HASHED.test(path) ? IMMUTABLE : NO_CACHE);
    },
  });
  for (const path of ['/', ...LANDING_PATHS]) {
    app.get(path, { schema: { hide: true } }, (_request, reply) =>
      existsSync(join(webRoot, 'index.html'))
        ? reply.sendFile('index.html')
        : plainPage(reply.code(503), 'The wallet is not built', NOT_BUILT),
    );
  }
}

const NOT_BUILT =
  'This server runs, but the pages of its wallet have not been built. The API is at ' +
  '<a href="/wallet/v1/openapi.json">/wallet/v1/openapi.json</a>.';

function notFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.code(404);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return reply.type('text/plain; charset=utf-8').send('There is nothing at this address.\n');
  }
  return plainPage(
    reply,
    'Nothing here',
    'There is nothing at this address. <a href="/">Open the wallet</a>',
  );
}

/** A page without script or style, in the phone's own light or dark colours. */
function plainPage(reply: FastifyReply, title: string, sentence: string): FastifyReply {
  return reply
    .type('text/html; charset=utf-8')
    .header('cache-control', NO_CACHE)
    .send(
      '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">' +
        '<meta name="viewport" content="width=device-width, initial-scale=1">' +
        `<meta name="color-scheme" content="light dark"><title>${title}</title></head>` +
        `<body><main><h1>${title}</h1><p>${sentence}</p></main></body></html>\n`,
    );
}
