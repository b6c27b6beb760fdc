/**
 * What the platform counts and measures, for Prometheus at `/metrics`. Every name begins with
 * `seqr_`.
 */

import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/**
 * Bounds of calls that a person waits for, in seconds; the last ones are the deadlines of outgoing
 * calls.
 */
const SECONDS = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15];

/** One set of measures, belonging to one running platform. */
export type Metrics = ReturnType<typeof openMetrics>;

/** Makes the measures, all at zero, with a registry of their own: two platforms do not mix. */
export function openMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    ...edgeMeasures(registry),
    ...callMeasures(registry),
    ...workMeasures(registry),
  };
}

/** What the edges count. */
function edgeMeasures(registry: Registry) {
  const registers = [registry];
  return {
    requests: new Histogram({
      name: 'seqr_http_request_seconds',
      help: 'Requests answered, by edge, route pattern and status.',
      labelNames: ['edge', 'route', 'status'] as const,
      buckets: SECONDS,
      registers,
    }),
    requestsInWork: new Gauge({
      name: 'seqr_http_requests_in_work',
      help: 'Requests being answered, without event streams and the waiting for resellers.',
      registers,
    }),
    requestsShed: new Counter({
      name: 'seqr_http_requests_shed_total',
      help: 'Requests refused because too many were in work.',
      labelNames: ['edge'] as const,
      registers,
    }),
    soapResults: new Counter({
      name: 'seqr_soap_results_total',
      help: 'SOAP answers, by operation and result code.',
      labelNames: ['operation', 'code'] as const,
      registers,
    }),
    streams: new Gauge({
      name: 'seqr_event_streams',
      help: 'Wallets listening for changes.',
      registers,
    }),
  };
}

/** What calls to merchants count. */
function callMeasures(registry: Registry) {
  const registers = [registry];
  return {
    createPurchase: new Histogram({
      name: 'seqr_create_purchase_seconds',
      help: 'createPurchase calls, by outcome: INVOICE, a code of the reseller, why it failed.',
      labelNames: ['outcome'] as const,
      buckets: SECONDS,
      registers,
    }),
    notifications: new Histogram({
      name: 'seqr_notification_seconds',
      help: 'Notification attempts: DELIVERED, STATUS (not 200), or why the call failed.',
      labelNames: ['outcome'] as const,
      buckets: SECONDS,
      registers,
    }),
  };
}

/** What the background loops and the database's door count. */
function workMeasures(registry: Registry) {
  const registers = [registry];
  return {
    expired: new Counter({
      name: 'seqr_expired_total',
      help: 'Purchases and invoices ended because a deadline had passed.',
      registers,
    }),
    reportedPeriods: new Counter({
      name: 'seqr_reported_periods_total',
      help: 'Transaction periods whose reports have been made.',
      registers,
    }),
    loopRuns: new Counter({
      name: 'seqr_loop_runs_total',
      help: 'Runs of the background loops, by loop and whether they worked.',
      labelNames: ['loop', 'outcome'] as const,
      registers,
    }),
    loopLastSuccess: new Gauge({
      name: 'seqr_loop_last_success_seconds',
      help: 'When each background loop last ran without an error, in seconds since 1970.',
      labelNames: ['loop'] as const,
      registers,
    }),
    databaseCalls: new Histogram({
      name: 'seqr_database_call_seconds',
      help: 'Statements and transactions, the wait for a connection included.',
      labelNames: ['outcome'] as const,
      buckets: SECONDS,
      registers,
    }),
    databaseCallsInWork: new Gauge({
      name: 'seqr_database_calls_in_work',
      help: 'Statements and transactions under way; above the size of the pool they wait.',
      registers,
    }),
  };
}
