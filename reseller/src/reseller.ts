import { systemClock } from './clock.ts';
import { inBackground } from './kit.ts';
import type { Kit, Machine } from './kit.ts';
import { openJournal } from './journal.ts';
import { silent } from './log.ts';
import type { Log } from './log.ts';
import { lookAfresh } from './looking.ts';
import type { MachinePort } from './machine-port.ts';
import { offer } from './offering.ts';
import { Pauses } from './pauses.ts';
import { registrar } from './registration.ts';
import type { Registrar } from './registration.ts';
import { resume } from './restart.ts';
import { CREATE_PURCHASE_PATH, NOTIFICATION_PATH, listen } from './server.ts';
import type { Handlers, ListenOptions, ResellerServer } from './server.ts';
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

/**
 * One machine to run: its token as in its QR code, and the name that the customer reads on the
 * bill.
 */
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
  /**
   * Address of this server as the platform reaches it, without a path; its own address unless told.
   */
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
  /**
   * Stops listening and lets go of everything. Sessions under way stand in the journal; the next
   * start takes them up.
   */
  stop(): Promise<void>;
};

/**
 * Runs a reseller: answers createPurchase, hears notifications, unlocks machines, charges what was
 * delivered. Takes up what the journal holds before it listens. Registration of terminals goes on
 * behind it while the platform is away. Throws `JournalRefused` when another process has the
 * journal, and RangeError for settings that cannot work.
 */
export async function createReseller(options: ResellerOptions): Promise<Reseller> {
  const kit = prepare(options);
  const server = await openFor(kit, options).catch(async (error: unknown) => {
    await kit.letGo();
    throw error;
  });
  kit.publicUrl ||= `https://${options.listen.host}:${server.port}`;
  const forgetting = setInterval(() => void forget(kit), FORGET_EVERY_MS).unref();
  return {
    createPurchaseUrl: kit.publicUrl + CREATE_PURCHASE_PATH,
    isRegistered: (token) => (kit.machines.get(token)?.terminal ?? null) !== null,
    stop: async () => {
      if (kit.stopping.aborted) return;
      clearInterval(forgetting);
      kit.stop();
      await server.close();
      await kit.letGo();
    },
  };
}

/** The kit, and what only its start and stop need. */
type Prepared = Kit & {
  publicUrl: string;
  readonly registration: Registrar;
  machineOf(token: string): Machine;
  stop(): void;
  letGo(): Promise<void>;
};

/** Opens the journal and puts the parts together; nothing runs yet. */
function prepare(options: ResellerOptions): Prepared {
  const { port, platform, merchant, interception, log = silent } = options;
  // Settings are checked before anything is opened.
  const settings = new Map(
    options.machines.map((machine) => [machine.token, machineSettings(machine.settings)]),
  );
  const journal = openJournal(options.journalPath);
  const client = merchantClient(platform);
  const controller = new AbortController();
  const stopping = controller.signal;
  const pauses = new Pauses();
  stopping.addEventListener('abort', () => pauses.stop(), { once: true });
  const terminals = terminalTable(journal);
  const registration = registrar({ client, user: merchant, journal, terminals, log, stopping });
  const machineOf = (token: string, name = token): Machine => ({
    token,
    name,
    settings: settings.get(token) ?? machineSettings(),
    terminal: terminals.find(token),
    holder: null,
    last: null,
  });
  const machines = new Map(
    options.machines.map(({ token, name }) => [token, machineOf(token, name)]),
  );
  const prepared: Prepared = {
    journal,
    sessions: sessionTable(journal),
    port,
    clock: systemClock(journal.latestMs()),
    log,
    machines,
    bySecret: new Map(),
    byReference: new Map(),
    calls: ({ token, terminal }) => {
      if (terminal === null) return null;
      const calls = client.terminal(terminal);
      return interception?.calls?.(token, calls) ?? calls;
    },
    notificationUrl: (secret) => prepared.publicUrl + NOTIFICATION_PATH + secret,
    reregister: (machine) => {
      machine.terminal = null;
      registration.add(machine);
    },
    pauses,
    stopping,
    publicUrl: options.publicUrl ?? '',
    registration,
    machineOf: (token) => machines.get(token) ?? machineOf(token),
    stop: () => controller.abort(),
    letGo: async () => {
      controller.abort();
      await port.close();
      await client.close();
      journal.close();
    },
  };
  return prepared;
}

/** Takes up what is unfinished, then listens. */
async function openFor(kit: Prepared, options: ResellerOptions): Promise<ResellerServer> {
  kit.port.listen(machineEvents(kit));
  await resume(kit, (token) => kit.machineOf(token));
  for (const machine of kit.machines.values()) {
    if (machine.terminal === null) kit.registration.add(machine);
  }
  const handlers = handlersOf(kit);
  const tokenOf = (secret: string) => kit.bySecret.get(secret)?.machine.token ?? null;
  const intercepted = options.interception?.handlers?.(handlers, tokenOf) ?? handlers;
  return listen(intercepted, options.listen, kit.log);
}

function handlersOf(kit: Kit): Handlers {
  return {
    createPurchase: (request, maximum) => offer(kit, request, maximum),
    notification: (secret) => {
      // Never trusted: it only makes the kit ask. 200 also for a value that is not known (any
      // more): the session itself is durable and asks once a second, so a repeat of the
      // notification would add nothing.
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
