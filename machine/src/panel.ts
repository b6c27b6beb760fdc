/**
 * The machines' panel over plain HTTP on loopback: the fleet, one machine with its code, display,
 * products and door, and the customer's hands. JSON as contract's panel declares it; errors are
 * RFC 9457 problems.
 */

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
} from 'fastify';
import {
  MACHINE_LANGUAGES,
  machineQr,
  type MachineLanguage,
  type PanelInstallationJson,
  type PanelMachineJson,
} from '@seqr-ups/contract';
import { RecordFault } from './durably.ts';
import type { Machine } from './machine.ts';
import { LiveViews, VIEWS_MAX } from './panel-events.ts';
import { plainPage } from './panel-page.ts';

/** Largest request body, in bytes: `{"slot": 1}` and some air. */
const BODY_BYTES_MAX = 1024;

/** Where the build leaves the panel's page. */
const PAGE_DIR = fileURLToPath(new URL('../../web/dist/panel/', import.meta.url));

/** What the panel serves. */
export type PanelOptions = {
  readonly machines: ReadonlyMap<string, Machine>;
  /** The merchant in the machines' codes. */
  readonly merchantId: string;
  /** Where customers open the wallet, for whoever has no phone at hand. */
  readonly walletUrl?: string | null;
  readonly log: FastifyBaseLogger;
  /** Where the built page lies; missing files give a plain page. */
  readonly pageDir?: string;
};

/** Makes the panel; the caller lets it listen and closes it. */
export async function buildPanel(options: PanelOptions): Promise<FastifyInstance> {
  const app = fastify({
    loggerInstance: options.log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_BYTES_MAX,
    // Whoever waits for a vend gets the answer; live views are ended by their own hook.
    forceCloseConnections: 'idle',
  });
  app.addHook('onRequest', async (_request, reply) => {
    void reply.header('x-content-type-options', 'nosniff');
  });
  acceptEmptyBodies(app);
  answerProblems(app);
  addApi(app, options);
  await addPages(app, options);
  return app;
}

/** The panel's JSON of one machine (contract's `PanelMachineJson`), its display in `language`. */
function panelJson(
  machine: Machine,
  merchantId: string,
  language: MachineLanguage,
): PanelMachineJson {
  const { token, name, place, code, face = 'SPIRAL', measures = [], vendMs } = machine.fleet;
  const { session, ...snapshot } = machine.snapshot(language);
  return {
    token,
    name,
    place,
    face,
    language: machine.fleet.language ?? null,
    ...snapshot,
    qr: code ?? machineQr(merchantId, token),
    measures,
    vendMs,
    session: session && {
      ...session,
      vends: session.vends.map(({ slot, result }) => ({ slot, result })),
    },
  };
}

type ByToken = { Params: { token: string }; Querystring: { lang?: unknown } };

/** What whoever looks asks for, then what the machine speaks to everybody, then English. */
function languageOf(machine: Machine, asked: unknown): MachineLanguage {
  const known = MACHINE_LANGUAGES.find((language) => language === asked);
  return known ?? machine.fleet.language ?? 'en';
}

function addApi(app: FastifyInstance, { machines, merchantId, walletUrl }: PanelOptions): void {
  const views = new LiveViews();
  const json = (machine: Machine, asked: unknown) =>
    panelJson(machine, merchantId, languageOf(machine, asked));
  for (const [token, machine] of machines) {
    machine.listen({
      changed: () => views.show(token, (language) => JSON.stringify(json(machine, language))),
    });
  }
  app.addHook('preClose', async () => views.close());

  app.get('/api/installation', (): PanelInstallationJson => ({ walletUrl: walletUrl ?? null }));

  app.get<ByToken>('/api/machines', ({ query }) =>
    [...machines.values()].map((machine) => json(machine, query.lang)),
  );

  app.get<ByToken>('/api/machines/:token', (request, reply) => {
    const machine = machines.get(request.params.token);
    return machine
      ? json(machine, request.query.lang)
      : unknownMachine(reply, request.params.token);
  });

  app.post<ByToken>('/api/machines/:token/selections', (request, reply) => {
    const machine = machines.get(request.params.token);
    if (machine === undefined) return unknownMachine(reply, request.params.token);
    const slot = slotOf(request.body);
    if (machine.fleet.products.some((product) => product.slot === slot)) {
      return machine.select(Number(slot));
    }
    return problem(reply, 400, 'slot must be the number of one of the products of this machine');
  });

  app.post<ByToken>('/api/machines/:token/finish', async (request, reply) => {
    const machine = machines.get(request.params.token);
    if (machine === undefined) return unknownMachine(reply, request.params.token);
    await machine.finish();
    return json(machine, request.query.lang);
  });

  app.get<ByToken>('/api/machines/:token/events', (request, reply) => {
    const { token } = request.params;
    const machine = machines.get(token);
    if (machine === undefined) return unknownMachine(reply, token);
    if (!views.hasRoom(token)) return problem(reply, 503, `${VIEWS_MAX} views look at it already`);
    reply.hijack();
    const language = languageOf(machine, request.query.lang);
    views.open(token, reply.raw, language, JSON.stringify(json(machine, language)));
    return reply;
  });
}

async function addPages(app: FastifyInstance, options: PanelOptions): Promise<void> {
  const { machines, merchantId, pageDir = PAGE_DIR } = options;
  // Looked up at each request, so that a build is seen without a restart.
  const isBuilt = () => existsSync(`${pageDir}/index.html`);
  await app.register(fastifyStatic, { root: pageDir, index: false, suppressWarning: true });

  const page = (reply: FastifyReply) => {
    if (isBuilt()) return reply.header('cache-control', 'no-cache').sendFile('index.html');
    const fleet = [...machines.values()].map((machine) => panelJson(machine, merchantId, 'en'));
    return reply.type('text/html; charset=utf-8').send(plainPage(fleet));
  };
  app.get('/', (_request, reply) => page(reply));
  app.get<{ Params: { token: string } }>('/:token', (request, reply) => {
    const { token } = request.params;
    return machines.has(token) ? page(reply) : reply.sendFile(token);
  });
}

/** A finish has no body; clients that announce JSON all the same are understood. */
function acceptEmptyBodies(app: FastifyInstance): void {
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    if (body === '') return done(null, undefined);
    try {
      done(null, JSON.parse(String(body)));
    } catch {
      done(Object.assign(new Error('the body is not JSON'), { statusCode: 400 }));
    }
  });
}

function slotOf(body: unknown): unknown {
  return typeof body === 'object' && body !== null && 'slot' in body ? body.slot : undefined;
}

function answerProblems(app: FastifyInstance): void {
  app.setNotFoundHandler((request, reply) => problem(reply, 404, `nothing at ${request.url}`));
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    if (error instanceof RecordFault) return problem(reply, 503, 'the machine is out of order');
    const status = error.statusCode ?? 500;
    if (status < 500) return problem(reply, status, error.message);
    request.log.error({ err: error }, 'request failed');
    return problem(reply, 500, 'something went wrong in the machines');
  });
}

function unknownMachine(reply: FastifyReply, token: string): FastifyReply {
  return problem(reply, 404, `there is no machine ${token}`);
}

const TITLES: Record<number, string> = {
  400: 'Bad request',
  403: 'Forbidden',
  404: 'Not found',
  413: 'Too large',
  415: 'Unsupported media type',
  503: 'Unavailable',
};

function problem(reply: FastifyReply, status: number, detail: string): FastifyReply {
  const title = TITLES[status] ?? 'Error';
  return reply
    .code(status)
    .type('application/problem+json')
    .send({ type: 'about:blank', title, status, detail });
}
