import { randomUUID } from 'node:crypto';
import { connect } from 'mqtt';
import type { MqttClient } from 'mqtt';
import { commandTopic, messageTopic, stateTopic } from '@seqr-ups/contract';
import type { MachineCommand, MachineState } from '@seqr-ups/contract';
import { reasonOf } from './log.ts';
import type { Log } from './log.ts';
import { readMachineMessage, readMachineState } from './machine-message.ts';
import type { ReadMessage } from './machine-message.ts';

/** Pause before the next attempt to reach the broker. */
const RECONNECT_MS = 500;
const CONNECT_WITHIN_MS = 5_000;
/** The broker gives up a silent connection after one and a half of these. */
const KEEPALIVE_S = 15;
/** Requests that may wait for an answer at once; beyond it a request has no answer at once. */
const WAITING_MAX = 10_000;
/** Machines whose state is kept; a broker that tells of more is not only ours. */
const STATES_MAX = 20_000;

const TOPIC = /^seqr\/machine\/([^/]+)\/(state|message)$/;

/** What a machine says by itself, without having been asked. */
export type SaidMessage = Exclude<ReadMessage, { readonly replyTo: string }>;

type Waiting = { readonly token: string; readonly settle: (reply: ReadMessage | null) => void };
type Asking = Extract<MachineCommand, { readonly id: string }>;
type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;

/** How to reach the broker, and how long each machine may take for an answer. */
export type ConnectionOptions = {
  readonly url: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly replyWithinMs: number;
  readonly log: Log;
  /** Hears what machines say by themselves. */
  readonly said: (token: string, message: SaidMessage) => void;
};

/** The connection to the broker: last states, questions with bounded waits, endless reconnects. */
export class MqttConnection {
  readonly #options: ConnectionOptions;
  readonly #client: MqttClient;
  readonly #states = new Map<string, MachineState>();
  readonly #waiting = new Map<string, Waiting>();
  readonly #ready = Promise.withResolvers<void>();
  #subscribed = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    // Whoever does not wait for it must not be ended by its rejection.
    this.#ready.promise.catch(() => {});
    const { url, username, password, log } = options;
    this.#client = connect(url, {
      protocolVersion: 4,
      clean: true,
      clientId: `seqr-reseller-${randomUUID()}`,
      keepalive: KEEPALIVE_S,
      reconnectPeriod: RECONNECT_MS,
      reconnectOnConnackError: true,
      connectTimeout: CONNECT_WITHIN_MS,
      queueQoSZero: false,
      resubscribe: false,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
    });
    this.#client.on('connect', () => this.#subscribe());
    this.#client.on('close', () => this.#lose());
    this.#client.on('error', (error) => log('warn', 'broker error', { reason: reasonOf(error) }));
    this.#client.on('message', (topic, payload, { retain }) => this.#hear(topic, payload, retain));
  }

  /** Whether the broker is reached and the subscriptions stand. */
  get connected(): boolean {
    return this.#subscribed;
  }

  /** Resolves when that is so for the first time; rejects after {@link close}. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Last state of a machine that is connected now; null for any other. */
  state(token: string): MachineState | null {
    const state = this.#states.get(token);
    return state?.online === true ? state : null;
  }

  /** Sends a command that nobody answers; false when the broker is away. */
  send(token: string, command: MachineCommand): boolean {
    if (!this.#subscribed) return false;
    this.#client.publish(commandTopic(token), JSON.stringify(command), { qos: 0 });
    return true;
  }

  /** Sends a command and waits for its answer; null when none comes in time. */
  ask(token: string, command: WithoutId<Asking>): Promise<ReadMessage | null> {
    return new Promise((resolve) => {
      if (this.#waiting.size >= WAITING_MAX) return resolve(null);
      const id = randomUUID();
      const timer = setTimeout(() => settle(null), this.#options.replyWithinMs);
      const settle = (reply: ReadMessage | null): void => {
        clearTimeout(timer);
        this.#waiting.delete(id);
        resolve(reply);
      };
      this.#waiting.set(id, { token, settle });
      if (!this.send(token, { ...command, id })) settle(null);
    });
  }

  /** Leaves the broker; what waits has no answer. */
  async close(): Promise<void> {
    this.#ready.reject(new Error('the link is closed'));
    await this.#client.endAsync(true);
  }

  #subscribe(): void {
    const { stream } = this.#client;
    // Without it Nagle and delayed acknowledgements add 40 ms to a round trip; each connection is
    // a new socket.
    if ('setNoDelay' in stream && typeof stream.setNoDelay === 'function') stream.setNoDelay(true);
    this.#client.subscribe([stateTopic('+'), messageTopic('+')], { qos: 0 }, (error) => {
      this.#subscribed = !error;
      if (!error) return this.#ready.resolve();
      this.#options.log('warn', 'broker refuses the subscription', { reason: reasonOf(error) });
    });
  }

  #lose(): void {
    if (this.#subscribed) {
      this.#options.log('warn', 'broker lost', { requests: this.#waiting.size });
    }
    this.#subscribed = false;
    // What is not known now must not be taken for known; the broker repeats retained states at the
    // next connect.
    this.#states.clear();
    for (const request of this.#waiting.values()) request.settle(null);
  }

  #hear(topic: string, payload: Uint8Array, retained: boolean): void {
    const [, token, kind] = TOPIC.exec(topic) ?? [];
    if (token === undefined) return;
    const { log, said } = this.#options;
    if (kind === 'state') {
      const state = readMachineState(payload);
      if (state === null) log('warn', 'unreadable machine state', { token });
      else if (this.#states.has(token) || this.#states.size < STATES_MAX) {
        this.#states.set(token, state);
      }
      return;
    }
    const message = readMachineMessage(payload);
    // A retained message would be heard again at each connect: machines never retain what they say.
    if (message === null || retained) log('warn', 'unreadable machine message', { token });
    else if (!('replyTo' in message)) said(token, message);
    else {
      const request = this.#waiting.get(message.replyTo);
      if (request?.token === token) request.settle(message);
    }
  }
}
