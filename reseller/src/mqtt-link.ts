import { toAmountJson } from '@seqr-ups/contract';
import { silent } from './log.ts';
import type { Log } from './log.ts';
import type { ReadMessage } from './machine-message.ts';
import type { MachineEvents, MachinePort, PortFailure, SessionReport } from './machine-port.ts';
import { MqttConnection } from './mqtt-connection.ts';
import type { SaidMessage } from './mqtt-connection.ts';

/** Time of a machine for one answer. Its own durable write is below 10 ms, the rest is the way. */
const REPLY_WITHIN_MS = 2_000;

/** What {@link mqttLink} needs. `password` goes with `username`, both optional. */
export type MqttLinkOptions = {
  /** `mqtt://host:port` or `mqtts://…`, with user and password in it if you like. MQTT 3.1.1. */
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
  /** Resolves when the broker was reached for the first time; rejects after close. */
  readonly ready: Promise<void>;
};

/**
 * Reaches machines through an MQTT broker, as `contract/src/machine-link.ts` declares. QoS 0: every
 * request is answered by a message of the machine's own, so the broker's acknowledgement would only
 * add a round trip. Reconnects for ever; while the broker is away every machine counts as not
 * connected.
 */
export function mqttLink(options: MqttLinkOptions): MqttLink {
  let events: MachineEvents | null = null;
  const connection = new MqttConnection({
    url: options.url,
    username: options.username,
    password: options.password,
    replyWithinMs: options.replyWithinMs ?? REPLY_WITHIN_MS,
    log: options.log ?? silent,
    said: (token, message) => {
      if (events !== null) tell(events, token, message);
    },
  });
  return {
    get connected() {
      return connection.connected;
    },
    ready: connection.ready,
    ...calls(connection),
    listen: (listener) => {
      events = listener;
    },
    close: () => connection.close(),
  };
}

/** The port's calls as commands of the link. */
const calls = (connection: MqttConnection): Omit<MachinePort, 'listen' | 'close'> => ({
  state: (token) => connection.state(token),
  lease: async (token, leaseId, expiresInMs, confirmInMs) => {
    const reply = await connection.ask(token, {
      type: 'LEASE',
      leaseId,
      expiresInMs,
      ...(confirmInMs !== undefined && { confirmInMs }),
    });
    return outcome(reply, 'LEASED', 'LEASED');
  },
  release: async (token, leaseId) =>
    (await connection.ask(token, { type: 'RELEASE', leaseId }))?.type === 'RELEASED',
  beginSession: async (token, { funds, ...session }) => {
    const reply = await connection.ask(token, {
      type: 'BEGIN_SESSION',
      ...session,
      funds: toAmountJson(funds),
    });
    return outcome(reply, 'SESSION_BEGUN', 'BEGUN');
  },
  approveVend: (token, invoiceReference, vendId) =>
    void connection.send(token, { type: 'VEND_APPROVED', invoiceReference, vendId }),
  denyVend: (token, invoiceReference, vendId, reason) =>
    void connection.send(token, { type: 'VEND_DENIED', invoiceReference, vendId, reason }),
  report: async (token, invoiceReference) =>
    asReport(await connection.ask(token, { type: 'REPORT', invoiceReference })),
  endSession: async (token, invoiceReference) =>
    asReport(await connection.ask(token, { type: 'END_SESSION', invoiceReference })),
});

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
