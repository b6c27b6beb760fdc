import { systemClock } from './clock.ts';
import { inBackground } from './kit.ts';
import type { Kit, Machine } from './kit.ts';
import { openJournal } from './journal.ts';
import { silent } from './log.ts';
import type { Log } from './log.ts';
import { lookAfresh } from './looking.ts';
import type { MachinePort } from './machine-port.ts';
import { offer } from './offering.ts';
import { registrar } from './registration.ts';
import { resume } from './restart.ts';
import { CREATE_PURCHASE_PATH, NOTIFICATION_PATH, listen } from './server.ts';
import type { Handlers, ListenOptions } from './server.ts';
import { sessionTable } from './session-table.ts';
import { machineSettings } from './settings.ts';
import type { MachineSettings } from './settings.ts';
import { merchantClient } from './soap-client.ts';
import type { MerchantClientOptions, MerchantUser, TerminalCalls } from './soap-client.ts';
import { terminalTable } from './terminal-table.ts';
import { machineEvents } from './vending.ts';

/** How long ended sessions stay in the journal, for questions that come later. */
const KEEP_ENDED_MS = 400 * 24 * 60 * 60 * 1000;
/** Pause between two tidyings of the journal. */
const FORGET_EVERY_MS = 60 * 60 * 1000;

/** One machine to run: its token as in its QR code, and the name that the customer reads on the bill. */
export type MachineOptions = {
  readonly token: string;
  readonly name: string;
  readonly settings?: Partial<MachineSettings>;
};

/** For tests of a platform: what a reseller does wrong, put around what the kit does right. */
export type Interception = {
  /** The calls that the kit makes in the name of machine `token`. */
  calls?(token: string, calls: TerminalCalls): TerminalCalls;
  /** The kit's handlers for createPurchase and notification. */
  handlers?(handlers: Handlers, tokenOf: (secret: string) => string | null): Handlers;
};

/** What {@link createReseller} needs. */
export type ResellerOptions = {
  /** The platform's merchant SOAP endpoint. */
  readonly platform: MerchantClientOptions;
  /** The merchant's user, as the operator set it up; used for registerTerminal only. */
  readonly merchant: MerchantUser;
  readonly machines: readonly MachineOptions[];
  /** The link to the machines: `mqttLink(…)`, or one of your own. The kit closes it at its end. */
  readonly port: MachinePort;
  /** Path of the journal, a file that belongs to this process alone. */
  readonly journalPath: string;
  readonly listen: ListenOptions;
  /** Address of this server as the platform reaches it, without a path; its own address unless told. */
  readonly publicUrl?: string;
  readonly log?: Log;
  readonly interception?: Interception;
};

/** A running reseller. */
export type Reseller = {
  /** Address of createPurchase, to be given to the platform's operator. */
  readonly createPurchaseUrl: string;
  /** Whether a machine has its terminal; without it, its customers read DEVICE_UNAVAILABLE. */
  isRegistered(token: string): boolean;
  /** Stops listening and lets go of everything. Sessions under way stand in the journal; the next start takes them up. */
  stop(): Promise<void>;
};

/**
 * Runs a reseller: answers createPurchase, hears notifications, unlocks machines, charges what was delivered. Takes up
 * what the journal holds before it listens. Registration of terminals goes on behind it while the platform is away.
 * Throws `JournalRefused` when another process has the journal, and RangeError for settings that cannot work.
 */
export async function createReseller(options: ResellerOptions): Promise<Reseller> {
  const log = options.log ?? silent;
  const configured = options.machines.map((machine) => ({
    ...machine,
    settings: machineSettings(machine.settings),
  }));
  const journal = openJournal(options.journalPath);
  const client = merchantClient(options.platform);
  const stopping = new AbortController();
  const terminals = terminalTable(journal);
  const registration = registrar({
    client,
    user: options.merchant,
    journal,
    terminals,
    log,
    stopping: stopping.signal,
  });
  const machineWith = (token: string, name: string, settings: MachineSettings): Machine => ({
    token,
    name,
    settings,
    terminal: terminals.find(token),
    holder: null,
    last: null,
  });
  const machines = new Map(
    configured.map(({ token, name, settings }) => [token, machineWith(token, name, settings)]),
  );
  let publicUrl = options.publicUrl ?? '';

  const kit: Kit = {
    journal,
    sessions: sessionTable(journal),
    port: options.port,
    clock: systemClock(journal.latestMs()),
    log,
    machines,
    bySecret: new Map(),
    byReference: new Map(),
    calls: ({ token, terminal }) => {
      if (terminal === null) return null;
      const calls = client.terminal(terminal);
      return options.interception?.calls?.(token, calls) ?? calls;
    },
    notificationUrl: (secret) => publicUrl + NOTIFICATION_PATH + secret,
    reregister: (machine) => {
      machine.terminal = null;
      registration.add(machine);
    },
    stopping: stopping.signal,
  };

  options.port.listen(machineEvents(kit));
  await resume(kit, (token) => machines.get(token) ?? machineWith(token, token, machineSettings()));
  for (const machine of machines.values()) if (machine.terminal === null) registration.add(machine);
  const handlers = handlersOf(kit);
  const tokenOf = (secret: string) => kit.bySecret.get(secret)?.machine.token ?? null;
  const server = await listen(
    options.interception?.handlers?.(handlers, tokenOf) ?? handlers,
    options.listen,
    log,
  );
  const ownUrl = `https://${options.listen.host}:${server.port}`;
  publicUrl ||= ownUrl;
  const forgetting = setInterval(() => void forget(kit), FORGET_EVERY_MS).unref();

  return {
    createPurchaseUrl: publicUrl + CREATE_PURCHASE_PATH,
    isRegistered: (token) => machines.get(token)?.terminal !== null,
    stop: async () => {
      if (stopping.signal.aborted) return;
      clearInterval(forgetting);
      stopping.abort();
      await server.close();
      await options.port.close();
      await client.close();
      journal.close();
    },
  };
}

function handlersOf(kit: Kit): Handlers {
  return {
    createPurchase: (request, maximum) => offer(kit, request, maximum),
    notification: (secret) => {
      // Never trusted: it only makes the kit ask. 200 also for a value that is not known (any more): the session itself
      // is durable and asks once a second, so a repeat of the notification would add nothing.
      const session = kit.bySecret.get(secret);
      if (session !== undefined) inBackground(kit, session, lookAfresh(kit, session));
      return Promise.resolve(200);
    },
  };
}

async function forget(kit: Kit): Promise<void> {
  const beforeMs = kit.clock.now() - KEEP_ENDED_MS;
  try {
    await kit.journal.durably(() => kit.sessions.forget(beforeMs));
  } catch {
    // A full disk is reported by every sale; tidying has nothing to add.
  }
}
