/**
 * The reference of the merchant API, for those who write clients: pages, WSDL and XSD at `/docs`.
 * Public, read only, the same for everybody.
 */

import helmet from '@fastify/helmet';
import { wsdl, xsd } from '@seqr-ups/contract';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Config } from '../config.ts';
import type { Logger } from '../log.ts';
import { ownAddress } from '../own-address.ts';
import { DOCS_PATH, STYLE, readPages } from './pages.ts';

/** What this edge works with. */
export type DocsEdgeOptions = {
  readonly config: Pick<Config, 'publicUrl'>;
  readonly log: Logger;
  /** Where the merchant API is served; the WSDL names it. */
  readonly soapPath: string;
};

/** Pages hold text and one style; nothing runs, nothing is loaded from elsewhere. */
const CONTENT_SECURITY_POLICY = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    styleSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
};

/** A page changes with a new version of the platform alone. */
const CACHE_CONTROL = 'public, max-age=300';

/** Adds `/docs`. An installation without the files of the pages serves WSDL and XSD alone. */
export async function docsEdge(app: FastifyInstance, options: DocsEdgeOptions): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: CONTENT_SECURITY_POLICY,
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: { includeSubDomains: false },
    xFrameOptions: { action: 'deny' },
  });
  const pages = await readPages().catch((error: unknown) => {
    options.log.warn({ err: error }, 'the reference pages cannot be read, so they are not served');
    return new Map<string, string>();
  });
  const schema = { hide: true };
  const send = (reply: FastifyReply, type: string, content: string): FastifyReply =>
    reply.type(`${type}; charset=utf-8`).header('cache-control', CACHE_CONTROL).send(content);
  app.get(`${DOCS_PATH}/style.css`, { schema }, (_request, reply) =>
    send(reply, 'text/css', STYLE),
  );
  const schemaDocument = xsd();
  app.get(`${DOCS_PATH}/merchant.xsd`, { schema }, (_request, reply) =>
    send(reply, 'text/xml', schemaDocument),
  );
  app.get(`${DOCS_PATH}/merchant.wsdl`, { schema }, (request, reply) => {
    const address = ownAddress(options.config.publicUrl, request) + options.soapPath;
    return send(reply, 'text/xml', wsdl(address));
  });
  const sendPage = (reply: FastifyReply, name: string): FastifyReply => {
    const html = pages.get(name);
    if (html !== undefined) return send(reply, 'text/html', html);
    return reply
      .code(404)
      .type('text/plain; charset=utf-8')
      .send(`There is no such page; ${DOCS_PATH} lists them.\n`);
  };
  for (const path of [DOCS_PATH, `${DOCS_PATH}/`]) {
    app.get(path, { schema }, (_request, reply) => sendPage(reply, ''));
  }
  app.get<{ Params: { page: string } }>(`${DOCS_PATH}/:page`, { schema }, (request, reply) =>
    sendPage(reply, request.params.page || 'none'),
  );
}
