/** The clients, in a process of their own: terminals that poll, guessers, and plain load. */

import { setTimeout as sleep } from 'node:timers/promises';
import { writeRequest } from '@seqr-ups/contract';
import type { SoapRequest } from '@seqr-ups/contract';
import { httpRequest, openConnection } from './soap-connection.ts';
import type { Connection, HttpAnswer } from './soap-connection.ts';
import { SOAP_PATH } from './soap-exchange.ts';
import type { Credential, LoadOrder, LoadReport } from './soap-order.ts';
import { obey } from './soap-process.ts';

/** Terminals that begin at the same time: more would wait for their first password check. */
const BEGINNING = 16;
/** A terminal that pays every so many polls' attention to a new invoice. */
const POLLS_PER_INVOICE = 5;

type Terminal = {
  readonly connection: Connection;
  readonly credential: Credential;
  readonly issuing: boolean;
  poll: Buffer;
  polls: number;
};

let terminals: readonly Terminal[] = [];

async function obeyLoad(order: LoadOrder): Promise<LoadReport> {
  switch (order.kind) {
    case 'THROUGHPUT':
      return throughput(order);
    case 'BEGIN':
      for (const { connection } of terminals) connection.close();
      terminals = await begin(order);
      return { kind: 'BEGUN' };
    case 'POLL':
      return poll(order.forMs, order.everyMs);
    case 'GUESS':
      return guess(order);
  }
}

/** So many connections, each sending again as soon as it has its answer. */
async function throughput(order: LoadOrder & { kind: 'THROUGHPUT' }): Promise<LoadReport> {
  const request = httpRequest(SOAP_PATH, Buffer.from(order.envelope));
  const lanes = await connections(order.origin, order.connections);
  const startMs = performance.now();
  const rest = stayAwake();
  let answers = 0;
  await Promise.all(
    lanes.map(async (lane) => {
      while (performance.now() < startMs + order.forMs) {
        requireSuccess(await lane.send(request));
        answers += 1;
      }
    }),
  );
  const tookMs = performance.now() - startMs;
  rest();
  for (const lane of lanes) lane.close();
  return { kind: 'ANSWERED', answers, tookMs };
}

/**
 * Keeps this process from sleeping between answers until the function returned is called: a server
 * that answers slowly enough for it would pay for waking it with every answer.
 */
function stayAwake(): () => void {
  let awake = true;
  const turn = (): void => {
    if (awake) setImmediate(turn);
  };
  turn();
  return () => {
    awake = false;
  };
}

/** Each terminal connects and sends the invoice that it will ask about. */
async function begin(order: LoadOrder & { kind: 'BEGIN' }): Promise<Terminal[]> {
  const begun: Terminal[] = [];
  const rest = order.credentials.values();
  const lane = async (): Promise<void> => {
    for (const credential of rest) {
      const connection = await openConnection(order.origin);
      const poll = await newInvoice(connection, credential);
      begun.push({ connection, credential, issuing: order.issuing, poll, polls: 0 });
    }
  };
  await Promise.all(Array.from({ length: BEGINNING }, lane));
  return begun;
}

/** Sends an invoice; answers the request that asks about it. */
async function newInvoice(connection: Connection, credential: Credential): Promise<Buffer> {
  const context = contextOf(credential);
  const invoice = { totalAmount: { currency: 'EUR', value: '1.00' } };
  const envelope = writeRequest('sendInvoice', { context, invoice });
  const answer = await connection.send(httpRequest(SOAP_PATH, envelope));
  requireSuccess(answer);
  const invoiceReference = /<invoiceReference>(\d+)</.exec(answer.body)?.[1] ?? '';
  const request = { context, invoiceReference, invoiceVersion: 0 };
  return httpRequest(SOAP_PATH, writeRequest('getPaymentStatus', request));
}

/**
 * Every terminal asks once in `everyMs`, evenly spread, whatever the others do. Times run from the
 * write of a request to its whole answer.
 */
async function poll(forMs: number, everyMs: number): Promise<LoadReport> {
  const startMs = performance.now();
  const latenciesMs: number[] = [];
  const failures: string[] = [];
  const live = async (terminal: Terminal, index: number): Promise<void> => {
    const offsetMs = (index / terminals.length) * everyMs;
    for (let dueMs = startMs + offsetMs; dueMs < startMs + forMs; dueMs += everyMs) {
      await sleep(Math.max(0, dueMs - performance.now()));
      try {
        terminal.polls += 1;
        if (terminal.issuing && terminal.polls % POLLS_PER_INVOICE === 0) {
          terminal.poll = await newInvoice(terminal.connection, terminal.credential);
        }
        const sentMs = performance.now();
        requireSuccess(await terminal.connection.send(terminal.poll));
        latenciesMs.push(performance.now() - sentMs);
      } catch (error) {
        failures.push(error instanceof Error ? error.message : String(error));
      }
    }
  };
  await Promise.all(terminals.map(live));
  return { kind: 'POLLED', latenciesMs, failures };
}

/** Guesses passwords of the victims in turn, each guess another, until time or number is up. */
async function guess(order: LoadOrder & { kind: 'GUESS' }): Promise<LoadReport> {
  const lanes = await connections(order.origin, order.connections);
  const endMs = performance.now() + order.forMs;
  const codes: Record<string, number> = {};
  let guesses = 0;
  await Promise.all(
    lanes.map(async (lane) => {
      while (performance.now() < endMs && guesses < order.guessesMax) {
        guesses += 1;
        const victim = order.victims[guesses % order.victims.length];
        if (victim === undefined) throw new Error('nobody to attack');
        const password = `guess ${order.seed} ${guesses}`;
        const context = contextOf({ ...victim, password });
        const request = { context, invoiceReference: '20161123000000000', invoiceVersion: 0 };
        const envelope = writeRequest('getPaymentStatus', request);
        const code = resultCode(await lane.send(httpRequest(SOAP_PATH, envelope)));
        codes[code] = (codes[code] ?? 0) + 1;
      }
    }),
  );
  for (const lane of lanes) lane.close();
  return { kind: 'GUESSED', codes };
}

const connections = (origin: string, count: number): Promise<Connection[]> =>
  Promise.all(Array.from({ length: count }, () => openConnection(origin)));

function contextOf({ principal, password }: Credential): SoapRequest<'sendInvoice'>['context'] {
  return {
    channel: 'WS',
    clientId: 'Bench',
    clientRequestTimeout: '0',
    initiatorPrincipalId: principal,
    password,
  };
}

const resultCode = ({ status, body }: HttpAnswer): string =>
  /<resultCode>(\d+)</.exec(body)?.[1] ?? `HTTP ${status}`;

function requireSuccess(answer: HttpAnswer): void {
  const code = resultCode(answer);
  if (code !== '0') throw new Error(`answered ${code}: ${answer.body.slice(0, 400)}`);
}

obey(obeyLoad);
