/** A broker, and somebody at the other end of the link who says exactly what a test wants. */

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import mqtt, { type MqttClient } from 'mqtt';
import {
  commandTopic,
  type MachineCommand,
  type MachineMessage,
  type MachineState,
} from '@seqr-ups/contract';

/** How long a test waits for something that must come, in ms. */
const WAIT_MS = 60_000;

/** A message of one type. */
export type MessageOf<T extends MachineMessage['type']> = MachineMessage & { readonly type: T };

type Look<T> = T | null | undefined | false;

/** Waits until `look` finds something. */
export async function until<T>(what: string, look: () => Look<T> | Promise<Look<T>>): Promise<T> {
  const deadline = performance.now() + WAIT_MS;
  for (;;) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** An embedded broker on a port; `port` 0 picks a free one. */
export async function startBroker(port = 0) {
  const broker = await Aedes.createBroker({
    // aedes drops a message as a duplicate when a later one has overtaken it on the way to the same
    // client, as happens to retained ones, which are stored first (moscajs/aedes#994). A turn of
    // the event loop for each keeps the order.
    authorizePublish: (_client, _packet, done) => setImmediate(done, null),
  });
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    broker.handle(socket);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: taken } = server.address() as AddressInfo;
  return {
    port: taken,
    url: `mqtt://127.0.0.1:${taken}`,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await new Promise<void>((resolve) => broker.close(resolve));
    },
  };
}

/** The test's own end of the link. Hears everything, answers nothing by itself. */
export class Reseller {
  readonly #client: MqttClient;
  readonly #heard: { token: string; message: MachineMessage }[] = [];
  readonly #states = new Map<string, MachineState>();
  #closed = false;

  private constructor(client: MqttClient) {
    this.#client = client;
    client.on('connect', () => {
      (client.stream as Socket).setNoDelay(true);
      client.subscribe(['seqr/machine/+/state', 'seqr/machine/+/message']);
    });
    client.on('message', (topic, payload) => {
      const [, , token = '', kind] = topic.split('/');
      const value: unknown = JSON.parse(payload.toString());
      if (kind === 'state') this.#states.set(token, value as MachineState);
      else this.#heard.push({ token, message: value as MachineMessage });
    });
    // Connects again by itself; tests that stop the broker expect these.
    client.on('error', () => {});
  }

  static async connect(url: string): Promise<Reseller> {
    const client = mqtt.connect(url, { protocolVersion: 4, reconnectPeriod: 50 });
    const reseller = new Reseller(client);
    await until('the broker', () => client.connected);
    return reseller;
  }

  send(token: string, command: MachineCommand): void {
    this.sendRaw(token, JSON.stringify(command));
  }

  sendRaw(token: string, payload: string | Buffer, retain = false): void {
    this.#client.publish(commandTopic(token), payload, { retain });
  }

  /** Sends a command that is answered, and waits for its reply. */
  async ask(
    token: string,
    command: DistributiveOmit<Extract<MachineCommand, { id: string }>, 'id'>,
  ): Promise<Extract<MachineMessage, { replyTo: string }>> {
    const id = randomUUID();
    this.send(token, { ...command, id });
    return until(`the reply to ${command.type}`, () =>
      this.#heard
        .map(({ message }) => message)
        .find((message) => 'replyTo' in message && message.replyTo === id),
    ) as Promise<Extract<MachineMessage, { replyTo: string }>>;
  }

  /** The messages of one type that were heard of this invoice. */
  heard<T extends MachineMessage['type']>(type: T, invoiceReference: string): MessageOf<T>[] {
    // Whoever still waits for something must not go on waiting.
    if (this.#closed) throw new Error('this end is closed');
    return this.#heard
      .map(({ message }) => message)
      .filter((message) => message.type === type)
      .filter(
        (message) => 'invoiceReference' in message && message.invoiceReference === invoiceReference,
      ) as MessageOf<T>[];
  }

  /** Waits for the `count`th message of that type about this invoice. */
  hears<T extends MachineMessage['type']>(
    type: T,
    invoiceReference: string,
    count = 1,
  ): Promise<MessageOf<T>> {
    return until(`${type} ${count} of ${invoiceReference}`, () =>
      this.heard(type, invoiceReference).at(count - 1),
    );
  }

  state(token: string): MachineState | undefined {
    return this.#states.get(token);
  }

  stateIs(token: string, name: MachineState['state'], online = true): Promise<MachineState> {
    return until(`${token} ${name}`, () => {
      const state = this.#states.get(token);
      return state?.state === name && state.online === online && state;
    });
  }

  /** Lease, as after a scan. Answers the lease's id. */
  async lease(token: string): Promise<string> {
    const leaseId = randomUUID();
    await this.stateIs(token, 'IDLE');
    const leased = await this.ask(token, { type: 'LEASE', leaseId, expiresInMs: 60_000 });
    if (leased.type !== 'LEASED') throw new Error(`not leased: ${JSON.stringify(leased)}`);
    return leaseId;
  }

  /** Unlock, as after a PIN, what was leased. */
  begin(
    token: string,
    { leaseId, invoiceReference }: { leaseId: string; invoiceReference: string },
    { expiresInMs = 60_000, funds = '20.00' } = {},
  ) {
    return this.ask(token, {
      type: 'BEGIN_SESSION',
      leaseId,
      invoiceReference,
      funds: { value: funds, currency: 'EUR' },
      expiresInMs,
    });
  }

  /** Lease and unlock, one right after the other. */
  async unlock(token: string, invoiceReference: string, expiresInMs = 60_000, funds = '20.00') {
    const leaseId = await this.lease(token);
    return this.begin(token, { leaseId, invoiceReference }, { expiresInMs, funds });
  }

  /** Waits for the `count`th question of this session and answers it. */
  async answer(token: string, invoiceReference: string, approved: boolean, count = 1) {
    const { vendId } = await this.hears('VEND_REQUEST', invoiceReference, count);
    this.send(
      token,
      approved
        ? { type: 'VEND_APPROVED', invoiceReference, vendId }
        : { type: 'VEND_DENIED', invoiceReference, vendId, reason: 'no' },
    );
    return vendId;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#client.endAsync(true);
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
