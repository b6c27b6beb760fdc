/** Resellers' endpoints as tests want them, and calls of createPurchase to them. */

import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { pino } from 'pino';
import type { ResellerAnswer } from '../src/core/purchase.ts';
import { openMetrics } from '../src/metrics.ts';
import { openOutbound, type Outbound } from '../src/outbound.ts';
import { createPurchaseCaller, type CreatePurchase } from '../src/ups/create-purchase.ts';
import { testAuthority } from './certificate.ts';
import { rawServer, type RawServer } from './raw-server.ts';

/** For calls that are to succeed or fail by themselves, however busy this machine is. */
export const PATIENT_MS = 20_000;
/** For calls that are to run into their deadline. */
export const HASTY_MS = 1_500;

/** What an endpoint does with a request, by bytes. */
export type Answer = (socket: Socket) => void;

/** A success, as a reseller writes it. */
export const INVOICE_BODY = '{"invoiceReferenceId":"20261123104512345"}';

const log = pino({ level: 'silent' });
const metrics = openMetrics();

/** A caller of createPurchase with its own deadline. */
export const callerOf = (outbound: Outbound, createPurchaseTimeoutMs: number): CreatePurchase =>
  createPurchaseCaller({ outbound, config: { createPurchaseTimeoutMs }, log, metrics });

/** Endpoints with a certificate that the calls trust, and the calls. */
export async function openResellers() {
  const authority = await testAuthority();
  const certificate = await authority.issue(['127.0.0.1']);
  const outbound = openOutbound({ allow: ['127.0.0.0/8'], connectTimeoutMs: PATIENT_MS });
  const patient = callerOf(outbound, PATIENT_MS);
  const call = (
    origin: string,
    caPem: string | null = authority.pem,
    caller = patient,
  ): Promise<ResellerAnswer> =>
    caller({
      purchaseId: '0199a1b2-0000-7000-8000-000000000001',
      url: `${origin}/seqr/createPurchase`,
      caPem,
      reservationToken: 'kiosk-0417',
      reservationAmount: { minor: 1500n, currency: 'EUR' },
      msisdn: '46700000001',
    });
  return {
    authority,
    certificate,
    hasty: callerOf(outbound, HASTY_MS),
    /** Calls a reseller at an origin, as the wallet edge does. */
    call,
    /** Starts an endpoint; whoever starts it closes it. */
    start: (answer: Answer) => rawServer(answer, certificate),
    /** One call to an endpoint that lives as long. */
    async callOnce(
      answer: Answer,
      caller = patient,
    ): Promise<{ answer: ResellerAnswer; reseller: RawServer }> {
      const reseller = await rawServer(answer, certificate);
      try {
        return { answer: await call(reseller.origin, authority.pem, caller), reseller };
      } finally {
        await reseller.close();
      }
    },
    close: () => outbound.close(),
  };
}

/** An ordinary HTTP answer. */
export const http =
  (status: string, body: string | Buffer, headers = 'Content-Type: application/json'): Answer =>
  (socket) => {
    const length = Buffer.byteLength(body);
    const head = `HTTP/1.1 ${status}\r\n${headers}\r\nContent-Length: ${length}\r\n\r\n`;
    socket.write(Buffer.concat([Buffer.from(head), Buffer.from(body)]));
  };

/** What a failure must look like: SYSTEM_ERROR, with the reason for the operator. */
export function assertSystemError(
  answer: ResellerAnswer,
  detail: RegExp,
  invoiceReference: string | null = null,
): void {
  assert.ok(answer.kind === 'ERROR', answer.kind);
  assert.equal(answer.code, 'SYSTEM_ERROR');
  assert.equal(answer.invoiceReference, invoiceReference);
  assert.match(answer.detail, detail);
}
