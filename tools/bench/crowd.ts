/**
 * The customers and the machines' fronts, as the load process plays them: each customer with a
 * wallet that listens to its event stream, each machine with a panel that shows what it does. They
 * do what a wallet and a hand do, and know nothing else of the actors.
 */

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, Pool } from 'undici';
import type {
  PanelMachineJson,
  ProblemJson,
  PurchaseJson,
  SelectionJson,
  SessionJson,
} from '@seqr-ups/contract';
import { listen } from './events.ts';
import { nowMs } from './order.ts';
import type { Order, Sale } from './order.ts';

/** Longest wait for one thing to happen; then the purchase counts as failed. */
const WAIT_MS = 30_000;
/** Kept-alive connections to platform and panels; a customer who comes when all are busy waits. */
const CONNECTIONS = 256;
/** Wallets and panels that are opened at once. */
const OPENING = 32;
const KEEP_ALIVE_MS = 60_000;
const LOOK_MS = 50;

type Customer = { readonly authorization: string };
type Machine = { readonly token: string; readonly qr: string };

/** The states that somebody waits for, by purchase id (wallets) or invoice reference (panels). */
type Awaited = Map<string, (state: string) => void>;

/** Opened once; sells until it is closed. */
export type Crowd = {
  /**
   * One purchase by the customer and at the machine that have rested longest. `dueMs`: when the
   * customer came. Rejects with a reason when anything is otherwise than it should be.
   */
  buy(dueMs?: number): Promise<Sale>;
  close(): Promise<void>;
};

/** Signs everybody in, opens all streams and waits until every machine is free. */
export async function openCrowd(order: Order & { readonly kind: 'PREPARE' }): Promise<Crowd> {
  const options = { connections: CONNECTIONS, keepAliveTimeout: KEEP_ALIVE_MS };
  const wallets = new Pool(order.platform, options);
  const panels = new Pool(order.machines, options);
  const streams = new Agent({ pipelining: 1 });
  const awaited: Awaited = new Map();
  let fault: string | null = null;
  const onEnd = (reason: string): void => {
    fault ??= `an event stream broke: ${reason}`;
  };
  const customers = await openWallets(order, { wallets, streams, awaited, onEnd });
  const machines = await openPanels(order, { streams, awaited, onEnd });
  return {
    buy: async (dueMs = nowMs()) => {
      if (fault !== null) throw new Error(fault);
      const customer = customers.shift();
      const machine = machines.shift();
      try {
        if (!customer || !machine) throw new Error('no customer or machine is free');
        const { pin } = order;
        return await buyAt({ wallets, panels, awaited, pin }, { customer, machine, dueMs });
      } finally {
        if (customer) customers.push(customer);
        if (machine) machines.push(machine);
      }
    },
    close: async () => {
      await Promise.all([wallets.destroy(), panels.destroy(), streams.destroy()]);
    },
  };
}

type Streaming = {
  readonly streams: Agent;
  readonly awaited: Awaited;
  readonly onEnd: (reason: string) => void;
};

async function openWallets(
  order: Order & { readonly kind: 'PREPARE' },
  { wallets, streams, awaited, onEnd }: Streaming & { readonly wallets: Pool },
): Promise<Customer[]> {
  const customers: Customer[] = [];
  await eachOf(order.msisdns, async (msisdn) => {
    const who = { msisdn, pin: order.pin };
    const { token } = await post<SessionJson>(wallets, '/wallet/v1/sessions', 201, who);
    const authorization = `Bearer ${token}`;
    await listen(streams, `${order.platform}/wallet/v1/events`, {
      headers: { authorization },
      onEvent: (json) => {
        const purchase = JSON.parse(json) as PurchaseJson;
        awaited.get(purchase.id)?.(purchase.state);
      },
      onEnd,
    });
    customers.push({ authorization });
  });
  return customers;
}

async function openPanels(
  order: Order & { readonly kind: 'PREPARE' },
  { streams, awaited, onEnd }: Streaming,
): Promise<Machine[]> {
  const machines: Machine[] = [];
  const idle = new Set<string>();
  await eachOf(order.tokens, async (token) => {
    const first = Promise.withResolvers<string>();
    await listen(streams, `${order.machines}/api/machines/${token}/events`, {
      onEvent: (json) => {
        const machine = JSON.parse(json) as PanelMachineJson;
        first.resolve(machine.qr);
        if (machine.state === 'IDLE') idle.add(token);
        const reference = machine.session?.invoiceReference;
        if (reference !== undefined) awaited.get(reference)?.(machine.state);
      },
      onEnd,
    });
    machines.push({ token, qr: await first.promise });
  });
  const end = nowMs() + WAIT_MS;
  while (idle.size < order.tokens.length) {
    if (nowMs() > end) throw new Error(`only ${idle.size} machines are free`);
    await sleep(LOOK_MS);
  }
  return machines;
}

type Buying = {
  readonly wallets: Pool;
  readonly panels: Pool;
  readonly awaited: Awaited;
  readonly pin: string;
};

async function buyAt(
  { wallets, panels, awaited, pin }: Buying,
  { customer, machine, dueMs }: { customer: Customer; machine: Machine; dueMs: number },
): Promise<Sale> {
  // As the wallet does it: a key for each intent, so that a lost call could be repeated.
  const call = (path: string, status: number, body: object) =>
    post<PurchaseJson>(wallets, `/wallet/v1/purchases${path}`, status, body, {
      authorization: customer.authorization,
      'idempotency-key': randomUUID(),
    });
  const { id, version, invoiceReference } = await call('', 201, { qr: machine.qr });
  const offeredMs = nowMs();
  const unlocked = seen(awaited, invoiceReference ?? '', 'UNLOCKED');
  const paid = seen(awaited, id, 'PAID');
  // Awaited last, but may fail while an earlier step does.
  paid.catch(() => {});
  const approvedMs = nowMs();
  const [unlockedMs] = await Promise.all([
    unlocked,
    call(`/${id}/approval`, 200, { pin, version }),
  ]);
  const path = `/api/machines/${machine.token}/selections`;
  const { result } = await post<SelectionJson>(panels, path, 200, { slot: 1 });
  if (result !== 'VENDED') throw new Error(`the selection was ${result}`);
  return { dueMs, offeredMs, approvedMs, unlockedMs, paidMs: await paid };
}

/** Resolves with the instant at which what `key` names was first seen in that state. */
function seen(
  awaited: Awaited,
  key: string,
  state: PurchaseJson['state'] | PanelMachineJson['state'],
): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const late = () => reject(new Error(`not ${state} within ${WAIT_MS} ms`));
  const limit = setTimeout(late, WAIT_MS);
  awaited.set(key, (now) => {
    if (now === state) resolve(nowMs());
  });
  return promise.finally(() => {
    clearTimeout(limit);
    awaited.delete(key);
  });
}

async function post<T>(
  pool: Pool,
  path: string,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<T> {
  const answer = await pool.request({
    path,
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const json = await answer.body.json();
  if (answer.statusCode === status) return json as T;
  const { code = '', detail = '' } = json as Partial<ProblemJson>;
  throw new Error(
    `${path.replace(/[0-9a-f-]{36}/, '{id}')} answered ${answer.statusCode} ${code} ${detail}`,
  );
}

async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values();
  const lane = async (): Promise<void> => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: OPENING }, lane));
}
