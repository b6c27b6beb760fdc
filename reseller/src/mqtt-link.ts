import { randomUUID } from 'node:crypto';
import { connect } from 'mqtt';
import { commandTopic, messageTopic, stateTopic, toAmountJson } from '@seqr-ups/contract';
import type { MachineCommand, MachineState } from '@seqr-ups/contract';
import { reasonOf, silent } from './log.ts';
import type { Log } from './log.ts';
import { readMachineMessage, readMachineState } from './machine-message.ts';
import type { ReadMessage } from './machine-message.ts';
import type { MachineEvents, MachinePort, PortFailure, SessionReport } from './machine-port.ts';

/** How long a machine may take for one answer. Its own durable write is below 10 ms, the rest is the way. */
const REPLY_WITHIN_MS = 2_000;
/** Pause before the next attempt to reach the broker. */
const RECONNECT_MS = 500;
const CONNECT_WITHIN_MS = 5_000;
/** The broker publishes a machine's last will after one and a half of these. */
const KEEPALIVE_S = 15;
/** Requests that may wait for an answer at once; beyond it a request has no answer at once. */
const WAITING_MAX = 10_000;

const TOPIC = /^seqr\/machine\/([^/]+)\/(state|message)$/;

/** What {@link mqttLink} needs. `password` goes with `username`, both optional. */
export type MqttLinkOptions = {
  /** `mqtt://host:port` or `mqtts://…`. MQTT 3.1.1. */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  readonly log?: Log;
  /** How long to wait for each answer of a machine; 2 s unless told. */
  readonly replyWithinMs?: number;
};

/** The link over MQTT, and whether its broker is reached at the moment. */
export type MqttLink = MachinePort & {
  readonly connected: boolean;
  /** Resolves when the broker was reached and the subscriptions stand for the first time; rejects after close. */
  readonly ready: Promise<void>;
};

/** What a machine says by itself, without having been asked. */
type SaidMessage = Exclude<ReadMessage, { readonly replyTo: string }>;

type Waiting = { readonly token: string; readonly settle: (reply: ReadMessage | null) => void };
type Asking = Extract<MachineCommand, { readonly id: string }>;
type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;

/**
 * Reaches machines through an MQTT broker, as `contract/src/machine-link.ts` declares. QoS 0: every request is answered
 * by a message of the machine's own, so the broker's acknowledgement would only add a round trip. Reconnects for ever;
 * while the broker is away every machine counts as not connected.
 */
export function mqttLink(options: MqttLinkOptions): MqttLink {
  const log = options.log ?? silent;
  const replyWithinMs = options.replyWithinMs ?? REPLY_WITHIN_MS;
  const states = new Map<string, MachineState>();
  const waiting = new Map<string, Waiting>();
  const ready = Promise.withResolvers<void>();
  // Whoever does not wait for it must not be ended by its rejection.
  ready.promise.catch(() => {});
  let events: MachineEvents | null = null;
  let subscribed = false;

  const client = connect(options.url, {
    protocolVersion: 4,
    clean: true,
    clientId: `seqr-reseller-${randomUUID()}`,
    keepalive: KEEPALIVE_S,
    reconnectPeriod: RECONNECT_MS,
    connectTimeout: CONNECT_WITHIN_MS,
    queueQoSZero: false,
    resubscribe: false,
    ...(options.username === undefined ? {} : { username: options.username }),
    ...(options.password === undefined ? {} : { password: options.password }),
  });

  client.on('connect', () => {
    // Without it Nagle and delayed acknowledgements add 40 ms to a round trip; each connection is a new socket.
    if ('setNoDelay' in client.stream && typeof client.stream.setNoDelay === 'function') {
      client.stream.setNoDelay(true);
    }
    client.subscribe([stateTopic('+'), messageTopic('+')], { qos: 0 }, (error) => {
      subscribed = !error;
      if (error) log('warn', 'broker refuses the subscription', { reason: reasonOf(error) });
      else ready.resolve();
    });
  });
  client.on('close', () => {
    if (subscribed) log('warn', 'broker lost', { requests: waiting.size });
    subscribed = false;
    // What is not known now must not be taken for known; the broker repeats retained states at the next connect.
    states.clear();
    for (const request of waiting.values()) request.settle(null);
  });
  client.on('error', (error) => log('warn', 'broker error', { reason: reasonOf(error) }));

  client.on('message', (topic, payload) => {
    const [, token, kind] = TOPIC.exec(topic) ?? [];
    if (token === undefined) return;
    if (kind === 'state') {
      const state = readMachineState(payload);
      if (state === null) log('warn', 'unreadable machine state', { token });
      else states.set(token, state);
      return;
    }
    const message = readMachineMessage(payload);
    if (message === null) log('warn', 'unreadable machine message', { token });
    else if ('replyTo' in message) {
      const request = waiting.get(message.replyTo);
      if (request?.token === token) request.settle(message);
    } else if (events !== null) tell(events, token, message);
  });

  const send = (token: string, command: MachineCommand): boolean => {
    if (!subscribed) return false;
    client.publish(commandTopic(token), JSON.stringify(command), { qos: 0 });
    return true;
  };

  const ask = (token: string, command: WithoutId<Asking>): Promise<ReadMessage | null> =>
    new Promise((resolve) => {
      const id = randomUUID();
      if (waiting.size >= WAITING_MAX) return resolve(null);
      const timer = setTimeout(() => settle(null), replyWithinMs);
      const settle = (reply: ReadMessage | null): void => {
        clearTimeout(timer);
        waiting.delete(id);
        resolve(reply);
      };
      waiting.set(id, { token, settle });
      if (!send(token, { ...command, id })) settle(null);
    });

  return {
    get connected() {
      return subscribed;
    },
    ready: ready.promise,
    state: (token) => {
      const state = states.get(token);
      return state?.online === true ? state : null;
    },
    lease: async (token, leaseId, expiresInMs) =>
      outcome(await ask(token, { type: 'LEASE', leaseId, expiresInMs }), 'LEASED', 'LEASED'),
    release: async (token, leaseId) =>
      (await ask(token, { type: 'RELEASE', leaseId }))?.type === 'RELEASED',
    beginSession: async (token, { leaseId, invoiceReference, funds, expiresInMs }) => {
      const reply = await ask(token, {
        type: 'BEGIN_SESSION',
        leaseId,
        invoiceReference,
        funds: toAmountJson(funds),
        expiresInMs,
      });
      return outcome(reply, 'SESSION_BEGUN', 'BEGUN');
    },
    approveVend: (token, invoiceReference, vendId) =>
      void send(token, { type: 'VEND_APPROVED', invoiceReference, vendId }),
    denyVend: (token, invoiceReference, vendId, reason) =>
      void send(token, { type: 'VEND_DENIED', invoiceReference, vendId, reason }),
    report: async (token, invoiceReference) =>
      asReport(await ask(token, { type: 'REPORT', invoiceReference })),
    endSession: async (token, invoiceReference) =>
      asReport(await ask(token, { type: 'END_SESSION', invoiceReference })),
    listen: (listener) => {
      events = listener;
    },
    close: async () => {
      ready.reject(new Error('the link is closed'));
      await client.endAsync(true);
    },
  };
}

function tell(events: MachineEvents, token: string, message: SaidMessage): void {
  switch (message.type) {
    case 'VEND_REQUEST':
      return events.vendRequest(token, message);
    case 'VEND_SUCCESS':
    case 'VEND_FAILURE':
      return events.vendResult(token, message.invoiceReference, message.vend);
    case 'SESSION_COMPLETE':
      return events.sessionComplete(token, message.invoiceReference, message.vends);
  }
}

function outcome<const T extends string>(
  reply: ReadMessage | null,
  wanted: ReadMessage['type'],
  success: T,
): T | PortFailure {
  if (reply?.type === wanted) return success;
  return reply?.type === 'REFUSED' ? reply.reason : 'NO_ANSWER';
}

const asReport = (reply: ReadMessage | null): SessionReport | null =>
  reply?.type === 'SESSION_REPORT' ? { progress: reply.progress, vends: reply.vends } : null;
