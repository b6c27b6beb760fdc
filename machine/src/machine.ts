/**
 * One self-service machine: IDLE → LEASED → UNLOCKED ⇄ VENDING → IDLE, or OUT_OF_SERVICE. It knows
 * neither MQTT nor HTTP: commands come in by {@link Machine.handle}, the customer's hands by
 * {@link Machine.select} and {@link Machine.finish}, and it speaks to its listeners. Order of
 * every step: durable first, then the door or the motor, then words. Words and states are those of
 * the contract's machine-link (EVA DTS / MDB 4.3). All waits are timers, which are monotonic.
 */

import { randomUUID } from 'node:crypto';
import type {
  FleetMachine,
  MachineCommand,
  MachineLanguage,
  MachineMessage,
  MachineProduct,
  MachineRefusal,
  MachineState,
  MachineStateName,
  SelectionJson,
  Vend,
} from '@seqr-ups/contract';
import { displayText, Notice, type MachineSnapshot } from './display.ts';
import { Durably } from './durably.ts';
import type { Log } from './log.ts';
import type { MachineRecord } from './record.ts';
import { Runs } from './runs.ts';
import {
  askReseller,
  creditOf,
  openLease,
  openSession,
  refusalOf,
  vendsSoFar,
  type Lease,
  type Session,
  type StartedVend,
} from './session.ts';
import { Untold } from './untold.ts';

/** How many END_SESSIONs may wait for one running vend; more are dropped, the sender repeats. */
const END_REPLIES_MAX = 8;

/** Who hears of a machine: its link and the panel's live views. */
export type MachineListener = {
  /** Something that {@link Machine.snapshot} shows is different. */
  readonly changed?: () => void;
  /** The machine says something to its reseller. Lost when nobody can carry it. */
  readonly message?: (message: MachineMessage) => void;
};

/** One machine. Construction reads its record and sets right what a crash has left. */
export class Machine {
  readonly fleet: FleetMachine;
  readonly #durably: Durably;
  readonly #log: Log;
  readonly #listeners = new Set<MachineListener>();
  readonly #stock: Map<number, number>;
  readonly #untold: Untold;
  readonly #notice = new Notice(() => this.#changed());
  readonly #runs: Runs;
  #lease: Lease | null = null;
  #session: Session | null = null;
  #connected = false;
  #stopping = false;

  constructor(fleet: FleetMachine, record: MachineRecord, log: Log) {
    this.fleet = fleet;
    this.#runs = new Runs(fleet.measures);
    this.#durably = new Durably(record, (error) => this.#fail(error));
    this.#log = log;
    const { completed, cut } = record.startMachine(fleet.token, fleet.products);
    if (completed !== null) {
      log.warn({ machine: fleet.token, invoiceReference: completed, cut }, 'session was cut off');
    }
    this.#stock = record.stock(fleet.token);
    this.#untold = new Untold(record.untoldSessions(fleet.token), (reference) =>
      this.#durably.guarded(() => this.#tellComplete(reference)),
    );
  }

  /** Adds a listener; the answer removes it. */
  listen(listener: MachineListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The link has come or gone. On coming, everything that waits for an answer is said again. */
  setConnected(connected: boolean): void {
    if (connected === this.#connected) return;
    this.#connected = connected;
    if (connected) {
      this.#untold.resume();
      const selection = this.#session?.selection;
      if (selection?.stage === 'ASKING') selection.request();
    } else {
      this.#untold.stop();
    }
    this.#changed();
  }

  /** What the panel shows, its display in `language`. Without a link it does not look free. */
  snapshot(language: MachineLanguage = 'en'): MachineSnapshot {
    const state = this.#state();
    const unreachable = state === 'IDLE' && !this.#connected;
    const session = this.#session;
    const selection = session?.selection ?? null;
    const facts = {
      face: this.fleet.face ?? 'SPIRAL',
      state,
      unreachable,
      // The only other reason to be out of service.
      soldOut: !this.#isOutOfOrder(),
      outcome: this.#notice.outcome,
      credit: session && creditOf(session),
      vend: selection && { product: selection.vend.name, turning: selection.stage !== 'ASKING' },
    };
    return {
      state: unreachable ? 'OUT_OF_SERVICE' : state,
      display: displayText(facts, language),
      countdown: session?.countdown ?? this.#lease?.countdown ?? null,
      runs: this.#runs.now(),
      products: this.#products(),
      session: session && {
        invoiceReference: session.invoiceReference,
        vends: vendsSoFar(session),
        deadline: session.deadline,
      },
    };
  }

  /** The retained state for the reseller; `online` false is the last will. */
  linkState(online: boolean): MachineState {
    return {
      online,
      state: online ? this.#state() : 'OUT_OF_SERVICE',
      products: this.#products(),
      singleVend: this.fleet.singleVend,
      longestVendMs: this.fleet.vendMs,
    };
  }

  /** Does what the reseller says and answers through the listeners. */
  handle(command: MachineCommand): void {
    this.#durably.guarded(
      () => this.#obey(command),
      () => {
        if (command.type === 'BEGIN_SESSION') this.#refuse(command.id, 'OUT_OF_SERVICE');
      },
    );
  }

  /**
   * The customer presses a button; answers once the vend is over. Outside a session, while another
   * vend runs, for a product that is sold out or dearer than what is left, and without the
   * reseller's approval nothing moves: REFUSED.
   *
   * @throws RangeError when the machine has no such slot, RecordFault when the record fails.
   */
  async select(slot: number): Promise<SelectionJson> {
    const product = this.#products().find((product) => product.slot === slot);
    if (product === undefined) throw new RangeError(`machine has no slot ${slot}`);
    const { name, price } = product;
    const session = this.#session;
    if (session === null || session.selection !== null || session.closing) {
      return { result: 'REFUSED', price };
    }
    const refusal = refusalOf(product, session);
    if (refusal !== null) {
      this.#notice.show({ kind: refusal, product: name });
      this.#changed();
      return { result: 'REFUSED', price };
    }
    const result = await this.#vend(session, { vendId: randomUUID(), slot, name, price });
    if (result !== 'REFUSED' && this.fleet.singleVend) session.closing = true;
    this.#notice.show({ kind: result, product: name });
    if (session.closing) {
      // A turn for itself, so that the panel sees the product fall before the session is gone.
      this.#changed();
      await this.#durably.settled();
    }
    session.selection = null;
    if (session.closing) this.#complete(session);
    else this.#changed();
    await this.#durably.settled();
    return { result, price };
  }

  /**
   * The customer closes the session: locks once no motor turns. Without a session: nothing.
   *
   * @throws RecordFault when the record fails.
   */
  async finish(): Promise<void> {
    const session = this.#session;
    if (session === null) return;
    this.#close(session);
    await session.closed.promise;
    await this.#durably.settled();
  }

  /** Lets a running vend end, locks, tells; takes no new lease. For a clean stop. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#dropLease();
    await this.finish();
    this.#untold.stop();
    this.#notice.clear();
  }

  #obey(command: MachineCommand): void {
    switch (command.type) {
      case 'LEASE':
        return this.#takeLease(command);
      case 'RELEASE':
        if (this.#lease?.id === command.leaseId) this.#dropLease();
        return this.#say({ type: 'RELEASED', replyTo: command.id });
      case 'BEGIN_SESSION':
        return this.#beginSession(command);
      case 'VEND_APPROVED':
      case 'VEND_DENIED': {
        const { invoiceReference, selection } = this.#session ?? {};
        // An answer to a question that is no longer asked moves nothing.
        if (invoiceReference !== command.invoiceReference) return;
        if (selection?.vend.vendId !== command.vendId) return;
        return selection.answer(command.type === 'VEND_APPROVED' ? 'APPROVED' : 'DENIED');
      }
      case 'REPORT':
        return this.#sayReport(command.id, command.invoiceReference);
      case 'END_SESSION':
        return this.#endSession(command.id, command.invoiceReference);
    }
  }

  #takeLease(command: MachineCommand & { type: 'LEASE' }): void {
    const { id, leaseId } = command;
    if (this.#state() === 'OUT_OF_SERVICE') return this.#refuse(id, 'OUT_OF_SERVICE');
    if (this.#session !== null) return this.#refuse(id, 'BUSY');
    if (this.#lease !== null && this.#lease.id !== leaseId) return this.#refuse(id, 'BUSY');
    // The same lease again is a repeat, and renews it.
    clearTimeout(this.#lease?.timer);
    this.#notice.clear();
    this.#lease = openLease(command, () => this.#dropLease());
    this.#say({ type: 'LEASED', replyTo: id });
    this.#changed();
  }

  #dropLease(): void {
    if (this.#lease === null) return;
    clearTimeout(this.#lease.timer);
    this.#lease = null;
    this.#changed();
  }

  #beginSession(command: MachineCommand & { type: 'BEGIN_SESSION' }): void {
    const { id, leaseId, invoiceReference } = command;
    const { token } = this.fleet;
    const used = this.#durably.do((record) => record.isUsed(token, invoiceReference));
    if (used) return this.#refuse(id, 'ALREADY_USED');
    if (this.#state() === 'OUT_OF_SERVICE') return this.#refuse(id, 'OUT_OF_SERVICE');
    // Without its live lease this is a late unlock, or somebody else's: both are refused.
    if (this.#session !== null || this.#lease?.id !== leaseId) return this.#refuse(id, 'BUSY');
    this.#durably.do((record) => record.beginSession(token, invoiceReference));
    clearTimeout(this.#lease.timer);
    this.#lease = null;
    this.#session = openSession(command, (session) =>
      this.#durably.guarded(() => this.#close(session)),
    );
    this.#tell({ invoiceReference }, 'unlocked');
    this.#say({ type: 'SESSION_BEGUN', replyTo: id, invoiceReference });
    this.#changed();
  }

  async #vend(session: Session, vend: StartedVend): Promise<SelectionJson['result']> {
    const { token, vendMs, jammingSlots } = this.fleet;
    const { invoiceReference } = session;
    this.#notice.clear();
    const asked = askReseller(session, vend, () =>
      this.#say({ type: 'VEND_REQUEST', invoiceReference, ...vend }),
    );
    this.#changed();
    const answer = await asked;
    if (answer !== 'APPROVED') {
      // An approval may still be on its way: the reseller must hear that it comes to nothing.
      const refused = { ...vend, result: 'REFUSED' } as const;
      if (answer === 'SILENT') this.#say({ type: 'VEND_FAILURE', invoiceReference, vend: refused });
      return 'REFUSED';
    }
    this.#durably.do((record) => record.beginVend(token, invoiceReference, vend));
    await this.#durably.settled();
    this.#changed();
    await new Promise((turned) => setTimeout(turned, vendMs));
    const result = jammingSlots.includes(vend.slot) ? 'JAMMED' : 'VENDED';
    this.#durably.do((record) => record.endVend(token, vend.vendId, result));
    if (result === 'VENDED') {
      this.#stock.set(vend.slot, (this.#stock.get(vend.slot) ?? 1) - 1);
      this.#runs.start(vend.slot);
    }
    const done: Vend = { ...vend, result };
    session.vends.push(done);
    if (session.selection) session.selection.stage = 'OVER';
    this.#tell({ invoiceReference, vendId: vend.vendId, result }, 'vend');
    const type = result === 'VENDED' ? 'VEND_SUCCESS' : 'VEND_FAILURE';
    this.#say({ type, invoiceReference, vend: done });
    return result;
  }

  #endSession(id: string, invoiceReference: string): void {
    const session = this.#session;
    if (session?.invoiceReference === invoiceReference) {
      if (session.endReplies.length < END_REPLIES_MAX) session.endReplies.push(id);
      return this.#close(session);
    }
    this.#durably.do((record) => record.endSession(this.fleet.token, invoiceReference));
    this.#untold.remove(invoiceReference);
    this.#sayReport(id, invoiceReference);
  }

  #close(session: Session): void {
    session.closing = true;
    if (session.selection === null) this.#complete(session);
    else session.selection.answer('SILENT');
  }

  #complete(session: Session): void {
    if (this.#session !== session) return;
    const { invoiceReference, endReplies } = session;
    this.#durably.do((record) => record.completeSession(this.fleet.token, invoiceReference));
    clearTimeout(session.timer);
    this.#session = null;
    this.#tell({ invoiceReference }, 'locked');
    if (endReplies.length === 0) this.#untold.add(invoiceReference);
    for (const id of endReplies) this.#endSession(id, invoiceReference);
    session.closed.resolve();
    this.#changed();
  }

  #tellComplete(invoiceReference: string): void {
    const { token } = this.fleet;
    const { vends } = this.#durably.do((record) => record.findSession(token, invoiceReference));
    this.#say({ type: 'SESSION_COMPLETE', invoiceReference, vends });
  }

  #sayReport(replyTo: string, invoiceReference: string): void {
    const { token } = this.fleet;
    const report = this.#durably.do((record) => record.findSession(token, invoiceReference));
    this.#say({ type: 'SESSION_REPORT', replyTo, invoiceReference, ...report });
  }

  #state(): MachineStateName {
    if (this.#session) return this.#session.selection ? 'VENDING' : 'UNLOCKED';
    if (this.#isOutOfOrder()) return 'OUT_OF_SERVICE';
    if (this.#lease) return 'LEASED';
    return this.#products().some((product) => product.stock > 0) ? 'IDLE' : 'OUT_OF_SERVICE';
  }

  #isOutOfOrder(): boolean {
    return this.#durably.faulty || this.#stopping || this.fleet.outOfService;
  }

  #products(): MachineProduct[] {
    return this.fleet.products.map((product) => ({
      ...product,
      stock: this.#stock.get(product.slot) ?? 0,
    }));
  }

  #refuse(replyTo: string, reason: MachineRefusal): void {
    this.#say({ type: 'REFUSED', replyTo, reason });
  }

  #say(message: MachineMessage): void {
    this.#durably.after(() => {
      for (const listener of this.#listeners) listener.message?.(message);
    });
  }

  #changed(): void {
    this.#durably.after(() => {
      for (const listener of this.#listeners) listener.changed?.();
    });
  }

  #tell(fields: object, message: string): void {
    this.#durably.after(() => this.#log.info({ machine: this.fleet.token, ...fields }, message));
  }

  /** A machine whose record fails stops: door locked, no motor, no word that is not on disk. */
  #fail(error: unknown): void {
    this.#log.error({ machine: this.fleet.token, err: error }, 'the record fails: out of order');
    const session = this.#session;
    this.#session = null;
    this.#untold.stop();
    this.#dropLease();
    clearTimeout(session?.timer);
    session?.closed.resolve();
    this.#changed();
  }
}
