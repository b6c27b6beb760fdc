/**
 * The two servers of the round trip, each in a process of its own: ours, which is the platform's
 * HTTP server with the body handling and the codec of its SOAP edge, and that of npm's `soap`.
 * Both answer every sendInvoice with the same constant.
 */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readRequest, SOAP_CONTENT_TYPE, writeResponse } from '@seqr-ups/contract';
import { listen } from 'soap';
import { readSettings } from '../../server/src/config.ts';
import { openHttpServer } from '../../server/src/http.ts';
import { openLog } from '../../server/src/log.ts';
import { openMetrics } from '../../server/src/metrics.ts';
import { decodeBody, takeEveryBody } from '../../server/src/soap/http-body.ts';
import { exchangeWsdl, RESPONSE, SOAP_PATH } from './soap-exchange.ts';
import { obey } from './soap-process.ts';

/** Whose server to be. */
export type ServerOrder = 'OURS' | 'THEIRS';

/** Where it listens. */
export type ServerReport = { readonly origin: string };

async function serveOurs(): Promise<ServerReport> {
  const read = readSettings({ SEQR_LOG_LEVEL: 'info', SEQR_PORT: '0' });
  if (!read.ok) throw new Error(read.faults.join(' '));
  // No handler here needs a key.
  const keys = { pinKey: Buffer.alloc(32), tokenKey: Buffer.alloc(32) };
  const codeKeys = { published: [], sign: () => '', verify: () => false };
  const pushKey = { publicKey: '', privateKey: '' };
  const config = { ...read.settings, ...keys, codeKeys, pushKey };
  const { app } = await openHttpServer(config, openLog('info'), openMetrics());
  takeEveryBody(app);
  app.post(SOAP_PATH, async (request, reply) => {
    const body = await decodeBody(request.body, request.headers);
    if (!body.ok) throw new Error(body.problem);
    const call = readRequest(body.bytes, request.headers['content-type']);
    if (call.kind !== 'CALL' || call.operation !== 'sendInvoice') throw new Error('misread');
    const answer = await answerSendInvoice();
    return reply.code(200).type(SOAP_CONTENT_TYPE).send(writeResponse('sendInvoice', answer));
  });
  return { origin: await app.listen({ host: '127.0.0.1', port: 0 }) };
}

async function serveTheirs(): Promise<ServerReport> {
  const server = createServer();
  await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle));
  const answer = async () => ({ return: await answerSendInvoice() });
  const services = {
    ERSWSExternalClientServiceService: {
      ERSWSExternalClientServicePort: { sendInvoice: answer },
    },
  };
  await new Promise<void>((settle, fail) => {
    const ready = (error: unknown): void => (error ? fail(error) : settle());
    listen(server, SOAP_PATH, services, exchangeWsdl(), ready);
  });
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** The handler's work: none, but as asynchronous as any that asks a database. */
const answerSendInvoice = async () => RESPONSE;

obey((order: ServerOrder) => (order === 'OURS' ? serveOurs() : serveTheirs()));
