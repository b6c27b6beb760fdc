/**
 * The merchant SOAP API over HTTP (merchant-soap-api 1): its paths, WSDL, bodies, status codes and
 * faults. What the operations do is in the files beside this one.
 */

import {
  clientSessionInfoWsdl,
  readRequest,
  resultCodeName,
  SOAP_CONTENT_TYPE,
  writeFault,
  writeResponse,
  wsdl,
  xsd,
} from '@seqr-ups/contract';
import type { OperationName, SoapFault, SoapResponse } from '@seqr-ups/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Counter } from 'prom-client';
import type { Config } from '../config.ts';
import type { Callers } from '../core/callers.ts';
import type { Principal } from '../core/principal.ts';
import type { Database } from '../db.ts';
import type { WorkKind } from '../http.ts';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { ownAddress } from '../own-address.ts';
import { throttledAddress } from '../throttled-address.ts';
import { answerCall } from './call.ts';
import type { CallServices } from './call.ts';
import { decodeBody, readableContentType, takeEveryBody } from './http-body.ts';
import { isOpenToAll, refusalAnswer } from './operation.ts';

/** Where merchants' software in the field sends its calls; one contract on all of them. */
export const SOAP_PATHS = [
  '/soap/merchant/cashregister-2',
  '/extclientproxy/service',
  '/extclientproxy/service/v2',
] as const;
/** The service of getClientSessionInfo alone (4.13); it takes every operation like the rest. */
export const SESSION_INFO_PATH = '/soap/merchant/clientsessioninfo';

/**
 * Operations that end what a customer or a terminal has begun. They are shed last: while they wait,
 * money is held and a customer stands at a machine.
 */
const UNDER_WAY: ReadonlySet<OperationName> = new Set([
  'getPaymentStatus',
  'updateInvoice',
  'cancelInvoice',
  'commitReservation',
  'submitPaymentReceipt',
]);

/** What the edge works with. `overloaded` says whether such work is to be shed with code 93. */
export type SoapEdgeOptions = {
  readonly db: Database;
  readonly callers: Callers;
  readonly config: Pick<Config, 'publicUrl'>;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly overloaded: (work: WorkKind) => boolean;
  /** Runs what only waits, so that it does not count as work. */
  readonly waiting: (work: () => Promise<void>) => Promise<void>;
};

/**
 * Adds the API to the platform. For `app.register`: its own parsers and error answers must reach no
 * other edge.
 */
export async function soapEdge(app: FastifyInstance, options: SoapEdgeOptions): Promise<void> {
  const services = {
    db: options.db,
    ...options.callers,
    waiting: options.waiting,
  };
  const unknownElements = new Counter({
    name: 'seqr_soap_unknown_elements_total',
    help: 'Elements of SOAP requests that no declaration knows; they were ignored.',
    registers: [options.metrics.registry],
  });
  const edge = { ...options, unknownElements, services };
  takeEveryBody(app);
  app.addHook('onRequest', async (request) => {
    if (readableContentType(request.headers) === undefined) delete request.headers['content-type'];
  });
  app.setErrorHandler((error, request, reply) => sendUnreadable(edge, error, request, reply));
  for (const path of [...SOAP_PATHS, SESSION_INFO_PATH]) {
    await app.register(
      async (endpoint) => {
        endpoint.post('/', (request, reply) => handlePost(edge, request, reply));
        endpoint.route({
          method: ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
          url: '/',
          handler: (request, reply) => handleOther(options, path, request, reply),
        });
      },
      { prefix: path },
    );
  }
}

type Edge = SoapEdgeOptions & {
  readonly services: CallServices;
  readonly unknownElements: Counter;
};

async function handlePost(
  edge: Edge,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const body = await decodeBody(request.body, request.headers);
  if (!body.ok) return sendFault(edge, reply, { code: 'Client', message: body.problem });
  const read = readRequest(body.bytes, request.headers['content-type']);
  if (read.kind === 'FAULT') return sendFault(edge, reply, read.fault);
  const address = throttledAddress(request.ip);
  const { operation } = read;
  edge.unknownElements.inc(read.unknownElements);
  if (isShed(edge, operation)) {
    edge.metrics.requestsShed.inc({ edge: 'soap' });
    return sendAnswer(edge, reply, operation, refusalAnswer(operation, 'SYSTEM_BUSY'), null);
  }
  try {
    const { response, caller } = await answerCall(edge.services, { ...read, address });
    return sendAnswer(edge, reply, operation, response, caller);
  } catch (error) {
    // Clients look at the code, and several have no fault handling: 200 with 90 (1.4).
    edge.log.error({ err: error, operation }, 'a SOAP call failed unexpectedly');
    return sendAnswer(edge, reply, operation, refusalAnswer(operation, 'SYSTEM_ERROR'), null);
  }
}

/** An operation without credentials costs less than the answer that it is shed with. */
function isShed(edge: Edge, operation: OperationName): boolean {
  return !isOpenToAll(operation) && edge.overloaded(UNDER_WAY.has(operation) ? 'UNDER_WAY' : 'NEW');
}

function sendAnswer<O extends OperationName>(
  edge: Edge,
  reply: FastifyReply,
  operation: O,
  response: SoapResponse<O>,
  caller: Principal | null,
): FastifyReply {
  const code = resultCodeName(response.resultCode) ?? String(response.resultCode);
  edge.metrics.soapResults.inc({ operation, code });
  const level = response.resultCode === 0 ? 'debug' : 'info';
  edge.log[level]({ operation, code, ...shownCaller(caller) }, 'SOAP call answered');
  return reply.code(200).type(SOAP_CONTENT_TYPE).send(writeResponse(operation, response));
}

function shownCaller(caller: Principal | null) {
  if (caller === null) return {};
  const { merchantId } = caller;
  return caller.kind === 'TERMINAL'
    ? { merchantId, terminalId: caller.terminalId }
    : { merchantId };
}

function sendFault(edge: Edge, reply: FastifyReply, fault: SoapFault): FastifyReply {
  edge.metrics.soapResults.inc({ operation: 'unknown', code: fault.code });
  edge.log.info({ fault: fault.code, reason: fault.message }, 'SOAP request answered with a fault');
  return reply.code(500).type(SOAP_CONTENT_TYPE).send(writeFault(fault));
}

/** What went wrong before a handler ran: a body too large or cut short, or a failure of ours. */
function sendUnreadable(
  edge: Edge,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const status = (error as { statusCode?: number }).statusCode ?? 500;
  if (status === 413) {
    return sendFault(edge, reply, { code: 'Client', message: 'The request exceeds 1 MiB' });
  }
  if (status < 500) {
    return sendFault(edge, reply, { code: 'Client', message: 'The request cannot be read' });
  }
  edge.log.error({ err: error, method: request.method }, 'a SOAP request failed unexpectedly');
  return sendFault(edge, reply, { code: 'Server', message: 'The request could not be served' });
}

/** The WSDL of the endpoint, the schema, or 405: nothing else is there to read. */
function handleOther(
  options: SoapEdgeOptions,
  path: string,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const reads = request.method === 'GET' || request.method === 'HEAD';
  const asked = reads ? askedDocument(request.url) : null;
  if (asked === null) {
    return reply
      .code(405)
      .header('allow', 'GET, POST')
      .type('text/plain; charset=utf-8')
      .send('SEQR merchant API: POST SOAP 1.1 requests here; its WSDL is at ?wsdl.\n');
  }
  reply.type(SOAP_CONTENT_TYPE);
  if (asked === 'xsd') return reply.send(xsd());
  const describe = path === SESSION_INFO_PATH ? clientSessionInfoWsdl : wsdl;
  return reply.send(describe(`${ownAddress(options.config.publicUrl, request)}${path}`));
}

/** `?wsdl` or `?xsd` in any letter case, alone or among other parameters. */
function askedDocument(url: string): 'wsdl' | 'xsd' | null {
  const query = new URLSearchParams(url.split('?').slice(1).join('?'));
  const names = new Set([...query.keys()].map((name) => name.toLowerCase()));
  if (names.has('wsdl')) return 'wsdl';
  return names.has('xsd') ? 'xsd' : null;
}
