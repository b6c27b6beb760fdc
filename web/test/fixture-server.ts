/**
 * A server for looking at the screens: the built apps, and the declared JSON from static states. It
 * keeps no books and checks no rules; it exists so that every screen can be reached for
 * screenshots, axe and the scanner's test. Its security policy is the platform's, so that a breach
 * shows here.
 */

import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { type ProblemCode, PROBLEM_STATUS, type PurchaseJson } from '@seqr-ups/contract';
import { builtApp, buildWeb } from '../build.ts';
import { answerAfter, OVER_LIMIT } from './fixture-after.ts';
import { fixtureFleet, fixtureMachines } from './fixture-machines.ts';
import { at, FIXTURE_NOW_MS } from './fixture-clock.ts';
import { answerSecurity, type FixtureAnswer } from './fixture-security.ts';
import { answerTrust, isOfTrust } from './fixture-trust.ts';
import {
  euro,
  FIXTURE_DOCUMENT,
  fixtureCards,
  fixturePurchases,
  fixtureReceipts,
} from './fixture-purchases.ts';

const TYPES: Record<string, string> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
};
const AFTER = /^(?:GET \/purchases$|[A-Z]+ \/(?:account|limits|top-ups|spending)\b)/u;
const SECURITY = /^[A-Z]+ \/(?:installation|devices|pin)\b/u;
const POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/** A running fixture. `seen` are the bodies of `POST /purchases`, in order. */
export type Fixture = {
  readonly wallet: string;
  readonly panel: string;
  readonly seen: readonly unknown[];
  readonly close: () => Promise<void>;
};

/** Build the apps and serve both, each on a free port of 127.0.0.1. */
export async function startFixture(): Promise<Fixture> {
  await buildWeb();
  const seen: unknown[] = [];
  const wallet = await listen((request, reply) => answerWallet(request, reply, seen));
  const panel = await listen(answerPanel);
  return {
    wallet: addressOf(wallet),
    panel: addressOf(panel),
    seen,
    close: async () => {
      await Promise.all([wallet, panel].map((server) => closed(server)));
    },
  };
}

type Handler = (request: IncomingMessage, reply: ServerResponse) => Promise<void>;

async function answerWallet(
  request: IncomingMessage,
  reply: ServerResponse,
  seen: unknown[],
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://fixture');
  const call = `${request.method ?? ''} ${pathname.replace('/wallet/v1', '')}`;
  if (!pathname.startsWith('/wallet/v1')) return sendFile(reply, 'wallet', pathname);
  if (call === 'POST /sessions') return signIn(request, reply);
  const token = /^Bearer (fixture.*)$/u.exec(request.headers.authorization ?? '')?.[1];
  if (SECURITY.test(call)) {
    const body = request.method === 'POST' ? await readJson(request) : {};
    const answer = answerSecurity(call, token ?? '', body);
    if (answer !== null) return send(reply, answer);
  }
  if (isOfTrust(call)) {
    const body = request.method === 'POST' ? await readJson(request) : {};
    const answer = answerTrust(call, searchParams, body);
    if (answer !== null) return send(reply, answer);
  }
  if (token === undefined) return problem(reply, 'UNAUTHORIZED');
  if (AFTER.test(call)) {
    const body = request.method === 'GET' ? {} : await readJson(request);
    const answer = answerAfter(call, searchParams, token, body);
    if (answer !== null) return send(reply, answer);
  }
  if (call === 'GET /events') {
    reply.writeHead(200, { 'content-type': 'text/event-stream' }).write(': fixture\n\n');
    return;
  }
  if (call === 'POST /purchases') {
    const body = await readJson(request);
    seen.push(body);
    return opened(reply, body, seen.length);
  }
  if (call === 'GET /loyalty-cards') return json(reply, 200, { items: fixtureCards() });
  const [, , id = '', action, item] = pathname.replace('/wallet/v1', '').split('/');
  const purchase = fixturePurchases().find((candidate) => candidate.id === id);
  if (purchase === undefined) return problem(reply, 'NOT_FOUND');
  if (action === 'receipts') return receipts(reply, id, item);
  if (action === 'loyalty-cards') return swiped(reply, id);
  if (action === 'approval') return approved(reply, purchase, await readJson(request));
  if (action === 'cancellation') return json(reply, 200, fixture('canceled', purchase.id));
  return json(reply, 200, purchase);
}

function receipts(reply: ServerResponse, id: string, item: string | undefined): void {
  if (item === undefined) {
    return json(reply, 200, { items: id === 'paid-till' ? fixtureReceipts() : [] });
  }
  reply.writeHead(200, { 'content-type': 'application/octet-stream' }).end(FIXTURE_DOCUMENT);
}

/** A card was swiped for the payment of `paid-till`; remembering it answers the card. */
function swiped(reply: ServerResponse, id: string): void {
  const [own] = fixtureCards();
  const card = { ...own, number: '2610400000099', replaces: own?.number ?? null };
  json(reply, 200, { ...own, items: id === 'paid-till' ? [card] : [] });
}

async function signIn(request: IncomingMessage, reply: ServerResponse): Promise<void> {
  const { msisdn, pin } = await readJson(request);
  if (pin !== '1234') return problem(reply, 'UNAUTHORIZED');
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
  const customer = { msisdn, name: 'Sandbox customer' };
  return json(reply, 201, { token: 'fixture', expiresAt, customer, device: null });
}

/**
 * What a code leads to is chosen by its machine's token. The cashier of till A17 is slow, so that
 * every other question comes too early; the cashier of any other till never comes.
 */
function opened(reply: ServerResponse, body: Record<string, unknown>, asked: number): void {
  const till = /\/q(.*)$/iu.exec(String(body['qr']))?.[1];
  if (till === 'A17' && asked % 2 === 0) return json(reply, 201, fixture('till', 'till'));
  if (till !== undefined) return problem(reply, 'NO_INVOICE_YET', { retryAfterS: 1 });
  const token = /t=([^&]*)/u.exec(String(body['qr']))?.[1] ?? '';
  if (token === 'silent') return undefined;
  if (token in PROBLEM_STATUS) return problem(reply, token as ProblemCode);
  return json(reply, 201, fixture('offer', 'offer'));
}

function approved(
  reply: ServerResponse,
  purchase: PurchaseJson,
  body: Record<string, unknown>,
): void {
  const { pin } = body;
  if (pin === '1234') return json(reply, 200, fixture('reserved', purchase.id));
  if (pin === '9999') {
    const changed = {
      ...purchase,
      version: 2,
      maximum: euro('18.00'),
      updatedAt: at(0),
    };
    return problem(reply, 'OFFER_CHANGED', { purchase: changed });
  }
  if (pin === '7777') return send(reply, OVER_LIMIT);
  if (pin === '8888') return problem(reply, 'INSUFFICIENT_FUNDS');
  return problem(reply, 'WRONG_PIN', { attemptsLeft: 3 });
}

/** The state of one fixture purchase under the id of another, as if it had moved on. */
function fixture(state: string, id: string): PurchaseJson {
  const found = fixturePurchases().find((purchase) => purchase.id === state);
  if (found === undefined) throw new Error(`no fixture ${state}`);
  return { ...found, id, updatedAt: at(0) };
}

async function answerPanel(request: IncomingMessage, reply: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://fixture');
  const [, api, , token = '', action] = pathname.split('/');
  if (api !== 'api') return sendFile(reply, 'panel', pathname);
  if (pathname === '/api/installation') return json(reply, 200, { walletUrl: null });
  const machines = fixtureMachines();
  if (token === '') return json(reply, 200, fixtureFleet());
  const machine = machines.find((candidate) => candidate.token === token);
  if (machine === undefined) return json(reply, 404, { status: 404 });
  if (action === 'events') {
    reply.writeHead(200, { 'content-type': 'text/event-stream' });
    reply.write(`event: machine\ndata: ${JSON.stringify(machine)}\n\n`);
    return;
  }
  return json(
    reply,
    200,
    action === 'selections' ? { result: 'VENDED', price: euro('2.50') } : machine,
  );
}

async function sendFile(
  reply: ServerResponse,
  app: 'wallet' | 'panel',
  name: string,
): Promise<void> {
  const extension = path.extname(name);
  const file = extension === '' ? '/index.html' : name;
  try {
    const content = await readFile(path.join(builtApp(app), path.normalize(file)));
    reply.writeHead(200, {
      'content-type': TYPES[path.extname(file)] ?? 'application/octet-stream',
      'content-security-policy': POLICY,
    });
    reply.end(content);
  } catch {
    reply.writeHead(404).end();
  }
}

function send(reply: ServerResponse, answer: FixtureAnswer): void {
  if ('problem' in answer) return problem(reply, answer.problem, answer.more);
  if (answer.body !== undefined) return json(reply, answer.status, answer.body);
  reply.writeHead(answer.status).end();
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown>;
}

function json(reply: ServerResponse, status: number, body: unknown): void {
  reply.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function problem(reply: ServerResponse, code: ProblemCode, more: object = {}): void {
  const status = PROBLEM_STATUS[code];
  json(reply, status, { type: `urn:seqr:problem:${code}`, title: code, status, code, ...more });
}

function listen(handler: Handler): Promise<Server> {
  const server = createServer((request, reply) => {
    reply.setHeader('date', new Date(FIXTURE_NOW_MS).toUTCString());
    handler(request, reply).catch((error: unknown) => {
      reply.writeHead(500).end(String(error));
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve(server);
    });
  });
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}
