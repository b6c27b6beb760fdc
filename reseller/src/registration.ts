import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Journal } from './journal.ts';
import { reasonOf } from './log.ts';
import type { Log } from './log.ts';
import { pauseMs, verdictOf } from './retry-rules.ts';
import type { Answer, MerchantClient, MerchantUser, Terminal } from './soap-client.ts';
import type { TerminalTable } from './terminal-table.ts';

const PASSWORD_BYTES = 24;
/** Registrations under way at once, so that a fleet of hundreds does not flood the platform. */
const AT_ONCE = 4;
/** Pause after a refusal: a wrong merchant password must not be tried in a loop. */
const REFUSED_PAUSE_MS = 30_000;

/** A machine that needs a terminal. */
export type Registrant = {
  readonly token: string;
  readonly name: string;
  terminal: Terminal | null;
};

/** Registers machines as terminals, each until it has one; see {@link registrar}. */
export type Registrar = {
  /** Queues a machine; returns at once. A machine that is queued already stays queued once. */
  add(machine: Registrant): void;
};

/**
 * One terminal a machine, since a terminal holds one open invoice. It is durable in the journal
 * before it is used. A lost answer is repeated; the platform then has a terminal too many, which
 * nobody knows and nobody uses.
 */
export function registrar(options: {
  readonly client: MerchantClient;
  readonly user: MerchantUser;
  readonly journal: Journal;
  readonly terminals: TerminalTable;
  readonly log: Log;
  readonly stopping: AbortSignal;
}): Registrar {
  const { client, user, journal, terminals, log, stopping } = options;
  const queue: Registrant[] = [];
  const known = new Set<Registrant>();
  let running = 0;

  const registerOnce = async (machine: Registrant): Promise<boolean | 'REFUSED'> => {
    const password = randomBytes(PASSWORD_BYTES).toString('base64url');
    const answer = await client.registerTerminal(user, {
      externalTerminalId: machine.token,
      password,
      name: machine.name,
    });
    const verdict = verdictOf('registerTerminal', answer);
    if (verdict !== 'DONE') {
      log('warn', 'registerTerminal failed', { token: machine.token, why: why(answer) });
      return verdict === 'REFUSED' ? 'REFUSED' : false;
    }
    if (answer.kind !== 'ANSWER' || answer.terminalId === null) return false;
    const terminal = { terminalId: answer.terminalId, password };
    await journal.durably(() => terminals.put(machine.token, terminal));
    machine.terminal = terminal;
    log('info', 'terminal registered', { token: machine.token });
    return true;
  };

  const work = async (): Promise<void> => {
    for (let machine = queue.shift(); machine !== undefined; machine = queue.shift()) {
      for (let attempt = 1; !stopping.aborted; attempt += 1) {
        const done = await registerOnce(machine).catch((error: unknown) => {
          log('warn', 'registerTerminal failed', {
            token: machine?.token ?? null,
            why: reasonOf(error),
          });
          return false as const;
        });
        if (done === true) break;
        const waitMs = done === 'REFUSED' ? REFUSED_PAUSE_MS : pauseMs(attempt);
        await sleep(waitMs, undefined, { signal: stopping }).catch(() => {});
      }
      known.delete(machine);
    }
  };

  return {
    add: (machine) => {
      if (known.has(machine)) return;
      known.add(machine);
      queue.push(machine);
      if (running >= AT_ONCE) return;
      running += 1;
      void work().finally(() => {
        running -= 1;
      });
    },
  };
}

const why = (answer: Answer<object>): string =>
  answer.kind === 'ANSWER' ? `code ${answer.code}` : answer.reason;
