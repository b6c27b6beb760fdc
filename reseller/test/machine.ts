import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { connect } from 'mqtt';
import type { MqttClient } from 'mqtt';
import { commandTopic, messageTopic, stateTopic } from '@seqr-ups/contract';
import type {
  MachineCommand,
  MachineMessage,
  MachineProduct,
  MachineState,
  SessionProgress,
  Vend,
} from '@seqr-ups/contract';
import { until } from './wait.ts';

const EUR = 'EUR';
const PRODUCTS: readonly MachineProduct[] = [
  { slot: 1, name: 'Crisps', price: { value: '2.50', currency: EUR }, stock: 10 },
  { slot: 2, name: 'Water', price: { value: '1.80', currency: EUR }, stock: 10 },
  { slot: 3, name: 'Chocolate', price: { value: '3.20', currency: EUR }, stock: 10 },
];

type Session = { progress: SessionProgress; readonly vends: Vend[]; told: boolean };

/**
 * A machine for tests, at the other end of the real link. Its record is the witness of what was
 * unlocked and delivered. It does only what a test tells it to; commands are answered as the link
 * declares.
 */
export class TestMachine {
  readonly token: string;
  readonly sessions = new Map<string, Session>();
  /** Every command heard, in order. */
  readonly heard: MachineCommand[] = [];
  /** How often the door was unlocked. */
  unlocked = 0;
  leaseId: string | null = null;
  open: string | null = null;
  jams = new Set<number>();
  products: readonly MachineProduct[] = PRODUCTS;
  state: 'IDLE' | 'OUT_OF_SERVICE' = 'IDLE';
  longestVendMs = 500;
  /** Commands of these types are not answered; DEAF is not even carried out. */
  readonly mute = new Map<MachineCommand['type'], 'SILENT' | 'DEAF'>();
  readonly #client: MqttClient;
  readonly #answers = new Map<string, boolean>();
  readonly #repeat: NodeJS.Timeout;

  private constructor(token: string, url: string) {
    this.token = token;
    this.#client = connect(url, {
      protocolVersion: 4,
      reconnectPeriod: 50,
      queueQoSZero: false,
      will: {
        topic: stateTopic(token),
        payload: Buffer.from(JSON.stringify(this.#state(false))),
        qos: 0,
        retain: true,
      },
    });
    this.#client.on('connect', () => {
      (this.#client.stream as Socket).setNoDelay(true);
      this.#client.subscribe(commandTopic(token), () => this.publishState());
    });
    this.#client.on('message', (_topic, payload) => {
      const command = JSON.parse(payload.toString()) as MachineCommand;
      this.heard.push(command);
      if (this.mute.get(command.type) !== 'DEAF') this.#obey(command);
    });
    this.#client.on('error', () => {});
    this.#repeat = setInterval(() => this.#tell(), 100);
  }

  static async start(token: string, url: string): Promise<TestMachine> {
    const machine = new TestMachine(token, url);
    await until('the machine reaches its broker', () => machine.#client.connected);
    return machine;
  }

  /** The connection breaks without a word; the machine connects again by itself. */
  drop(): void {
    (this.#client.stream as Socket).destroy();
  }

  async stop(): Promise<void> {
    clearInterval(this.#repeat);
    await this.#client.endAsync(true);
  }

  publishState(online = true): void {
    const state = JSON.stringify(this.#state(online));
    this.#client.publish(stateTopic(this.token), state, { retain: true });
  }

  /** A restart: leases are forgotten, the record stays. */
  restart(): void {
    this.leaseId = null;
    if (this.open !== null) this.finish();
  }

  /** The customer takes slot `slot` of the open session; answers what came of it. */
  async take(slot: number): Promise<Vend['result']> {
    const reference = await until('the door is open', () => this.open);
    const { name, price } = this.products.find((product) => product.slot === slot) ?? PRODUCTS[0]!;
    const vend = { vendId: randomUUID(), slot, name, price };
    const request = { type: 'VEND_REQUEST', invoiceReference: reference, ...vend } as const;
    let answer: boolean | undefined;
    // Repeated, as a real machine does, until it is answered or the session has ended.
    for (let waited = 0; answer === undefined && this.open === reference; waited += 1) {
      if (waited % 100 === 0) this.say(request);
      await new Promise((resolve) => setTimeout(resolve, 5));
      answer = this.#answers.get(vend.vendId);
    }
    if (answer !== true || this.open !== reference) return 'REFUSED';
    const result = this.jams.has(slot) ? 'JAMMED' : 'VENDED';
    const done = { ...vend, result } as const;
    this.sessions.get(reference)?.vends.push(done);
    const type = result === 'VENDED' ? 'VEND_SUCCESS' : 'VEND_FAILURE';
    this.say({ type, invoiceReference: reference, vend: done });
    return result;
  }

  /** The customer closes the door. */
  finish(): void {
    const session = this.sessions.get(this.open ?? '');
    if (session === undefined) return;
    session.progress = 'COMPLETE';
    this.open = null;
    this.#tell();
  }

  /** What was delivered under `reference`, in cents. */
  delivered(reference: string): number {
    return (this.sessions.get(reference)?.vends ?? [])
      .filter((vend) => vend.result === 'VENDED')
      .reduce((sum, vend) => sum + Math.round(Number(vend.price.value) * 100), 0);
  }

  say(message: MachineMessage): void {
    this.#client.publish(messageTopic(this.token), JSON.stringify(message));
  }

  #tell(): void {
    if (!this.#client.connected) return;
    for (const [invoiceReference, session] of this.sessions) {
      if (session.progress !== 'COMPLETE' || session.told) continue;
      this.say({ type: 'SESSION_COMPLETE', invoiceReference, vends: session.vends });
    }
  }

  #state(online: boolean): MachineState {
    return {
      online,
      state: this.state,
      products: this.products,
      singleVend: false,
      longestVendMs: this.longestVendMs,
    };
  }

  #obey(command: MachineCommand): void {
    switch (command.type) {
      case 'LEASE': {
        const free = this.open === null && [null, command.leaseId].includes(this.leaseId);
        if (free) this.leaseId = command.leaseId;
        return this.#reply(
          command.type,
          free
            ? { type: 'LEASED', replyTo: command.id }
            : { type: 'REFUSED', replyTo: command.id, reason: 'BUSY' },
        );
      }
      case 'RELEASE':
        if (this.leaseId === command.leaseId) this.leaseId = null;
        return this.#reply(command.type, { type: 'RELEASED', replyTo: command.id });
      case 'BEGIN_SESSION':
        return this.#begin(command);
      case 'VEND_APPROVED':
        return void this.#answers.set(command.vendId, true);
      case 'VEND_DENIED':
        return void this.#answers.set(command.vendId, false);
      case 'REPORT':
        return this.#report(command);
      case 'END_SESSION': {
        if (this.open === command.invoiceReference) this.finish();
        const session = this.sessions.get(command.invoiceReference);
        if (session !== undefined) session.told = true;
        else {
          const voided: Session = { progress: 'UNKNOWN', vends: [], told: true };
          this.sessions.set(command.invoiceReference, voided);
        }
        return this.#report(command);
      }
    }
  }

  #begin(command: MachineCommand & { type: 'BEGIN_SESSION' }): void {
    const { id, invoiceReference, leaseId } = command;
    const used = this.sessions.has(invoiceReference);
    if (used || this.open !== null || this.leaseId !== leaseId) {
      const reason = used ? 'ALREADY_USED' : 'BUSY';
      return this.#reply(command.type, { type: 'REFUSED', replyTo: id, reason });
    }
    this.leaseId = null;
    this.unlocked += 1;
    this.open = invoiceReference;
    this.sessions.set(invoiceReference, { progress: 'OPEN', vends: [], told: false });
    this.#reply(command.type, { type: 'SESSION_BEGUN', replyTo: id, invoiceReference });
  }

  #report(command: MachineCommand & { type: 'REPORT' | 'END_SESSION' }): void {
    const { invoiceReference } = command;
    const session = this.sessions.get(invoiceReference);
    this.#reply(command.type, {
      type: 'SESSION_REPORT',
      replyTo: command.id,
      invoiceReference,
      progress: session?.progress ?? 'UNKNOWN',
      vends: session?.vends ?? [],
    });
  }

  #reply(type: MachineCommand['type'], message: MachineMessage): void {
    if (!this.mute.has(type)) this.say(message);
  }
}
