/**
 * Wrong passwords against one merchant, from the one address that everybody here has, while other
 * merchants' terminals poll and the attacked merchant's own work: quiet stretches and floods by
 * turns. The guessers are a process of their own, so that they do not delay whoever is measured.
 */

import { startLoadClient } from './soap-load-client.ts';
import type { LoadClient } from './soap-load-client.ts';
import { ratioByTurns } from './soap-statistics.ts';
import type { Shop, World } from './soap-world.ts';
import { percentiles, tally } from './statistics.ts';

/** Wrong passwords of the whole run; the length of the flood may allow fewer. */
const GUESSES = 100_000;
const GUESSERS = 64;
const SHOPS = 4;
const TERMINALS_PER_SHOP = 50;
const ATTACKED_TERMINALS = 20;
const EVERY_MS = 1_000;
/** A quiet stretch, and the flood that follows it: short, so that others disturb both alike. */
const TURNS_MAX = 60;
const TURN_MS_MIN = 3_000;
const FLOOD_MS_MAX = 6_000;
/**
 * How long a flood has begun before it counts. Guessers who all come in the same moment, to a
 * platform that has saved up turns for hashing, are a hundredth of a flood of 100,000, but would be
 * a quarter of one of these.
 */
const ONSET_MS = 1_500;
const QUIET_SHARE = 0.6;
const WARM_MS = 2_000;

/** How others fared. Latencies in ms. */
export type FloodFigures = {
  readonly guesses: number;
  readonly guessesPerSecond: number;
  /** Result codes that the guessers got. */
  readonly codes: Readonly<Record<string, number>>;
  readonly turns: number;
  readonly quietP50Ms: number | null;
  readonly floodP50Ms: number | null;
  readonly quietP99Ms: number | null;
  readonly floodP99Ms: number | null;
  /** p99 of all floods ÷ p99 of all quiet stretches, of other merchants' terminals. */
  readonly p99Ratio: number | null;
  /** The median of the same ratio of each turn. */
  readonly p99RatioByTurns: number | null;
  /** p99 while the floods began, which is no part of the above. */
  readonly onsetP99Ms: number | null;
  readonly otherCalls: number;
  readonly otherFailures: readonly string[];
  readonly attackedCalls: number;
  readonly attackedFailures: readonly string[];
};

type Stretch = { readonly latenciesMs: readonly number[]; readonly failures: readonly string[] };
type Turn = { readonly quiet: Stretch; readonly onset: Stretch; readonly flood: Stretch };

/** Floods for `floodMs` in all, or until all wrong passwords are sent. */
export async function measureFlood(
  world: World,
  others: LoadClient,
  floodMs: number,
): Promise<FloodFigures> {
  const attacked = await world.addShop('attacked', ATTACKED_TERMINALS, { hashed: true });
  const guessers = startLoadClient();
  const workers = startLoadClient();
  try {
    await beginAll(world, others, { workers, attacked });
    const turns: Turn[] = [];
    const own: Stretch[] = [];
    const codes: Record<string, number> = {};
    const count = Math.min(TURNS_MAX, Math.max(2, Math.ceil(floodMs / FLOOD_MS_MAX)));
    const forMs = Math.max(TURN_MS_MIN, floodMs / count);
    let sent = 0;
    let floodedMs = 0;
    for (let turn = 0; turn < count && sent < GUESSES; turn += 1) {
      const poll = (load: LoadClient, lastMs: number) =>
        load.ask('POLLED', { kind: 'POLL', forMs: lastMs, everyMs: EVERY_MS });
      const quietMs = Math.max(TURN_MS_MIN, forMs * QUIET_SHARE);
      const [quiet, ownQuiet] = await Promise.all([poll(others, quietMs), poll(workers, quietMs)]);
      const victims = [attacked.user, ...attacked.terminals];
      const pollThrough = async (load: LoadClient) => ({
        onset: await poll(load, ONSET_MS),
        flood: await poll(load, forMs),
      });
      const [through, ownThrough, guessed] = await Promise.all([
        pollThrough(others),
        pollThrough(workers),
        guessers.ask('GUESSED', {
          kind: 'GUESS',
          origin: world.origin,
          victims,
          connections: GUESSERS,
          forMs: ONSET_MS + forMs,
          guessesMax: GUESSES - sent,
          seed: turn,
        }),
      ]);
      turns.push({ quiet, ...through });
      own.push(ownQuiet, ownThrough.onset, ownThrough.flood);
      floodedMs += ONSET_MS + forMs;
      for (const [code, times] of Object.entries(guessed.codes)) {
        codes[code] = (codes[code] ?? 0) + times;
        sent += times;
      }
    }
    return figures(turns, { own, codes, floodedMs });
  } finally {
    guessers.stop();
    workers.stop();
  }
}

/** Everybody's terminals begin: their passwords are verified before anybody guesses. */
async function beginAll(
  world: World,
  others: LoadClient,
  attack: { readonly workers: LoadClient; readonly attacked: Shop },
): Promise<void> {
  const { origin } = world;
  const credentials = [];
  for (let shop = 1; shop <= SHOPS; shop += 1) {
    const added = await world.addShop(`other-${shop}`, TERMINALS_PER_SHOP, { hashed: false });
    credentials.push(...added.terminals);
  }
  await others.ask('BEGUN', { kind: 'BEGIN', origin, credentials, issuing: false });
  const own = attack.attacked.terminals;
  await attack.workers.ask('BEGUN', { kind: 'BEGIN', origin, credentials: own, issuing: true });
  await others.ask('POLLED', { kind: 'POLL', forMs: WARM_MS, everyMs: EVERY_MS });
}

function figures(
  turns: readonly Turn[],
  rest: {
    readonly own: readonly Stretch[];
    readonly codes: Readonly<Record<string, number>>;
    readonly floodedMs: number;
  },
): FloodFigures {
  const all = (which: keyof Turn) => turns.flatMap((turn) => turn[which].latenciesMs);
  const p99 = (stretch: Stretch): number => percentiles(stretch.latenciesMs).p99 ?? Number.NaN;
  const quiet = percentiles(all('quiet'));
  const flood = percentiles(all('flood'));
  const guesses = Object.values(rest.codes).reduce((sum, times) => sum + times, 0);
  return {
    guesses,
    guessesPerSecond: (guesses * 1_000) / rest.floodedMs,
    codes: rest.codes,
    turns: turns.length,
    quietP50Ms: quiet.p50,
    floodP50Ms: flood.p50,
    quietP99Ms: quiet.p99,
    floodP99Ms: flood.p99,
    p99Ratio: quiet.p99 === null || flood.p99 === null ? null : flood.p99 / quiet.p99,
    p99RatioByTurns: ratioByTurns(
      turns.map((turn) => ({ first: p99(turn.flood), second: p99(turn.quiet) })),
    ),
    onsetP99Ms: percentiles(all('onset')).p99,
    otherCalls: all('quiet').length + all('onset').length + all('flood').length,
    otherFailures: turns.flatMap((turn) =>
      [turn.quiet, turn.onset, turn.flood].flatMap(({ failures }) => failures),
    ),
    attackedCalls: rest.own.reduce((sum, { latenciesMs }) => sum + latenciesMs.length, 0),
    attackedFailures: rest.own.flatMap(({ failures }) => failures),
  };
}

/** The reasons of failures, the most frequent first. */
export const reasonsOf = (failures: readonly string[]): string[] =>
  tally(failures)
    .slice(0, 3)
    .map(({ text, count }) => `${count} times: ${text}`);
