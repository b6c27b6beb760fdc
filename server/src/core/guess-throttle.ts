/**
 * Slows down guessing of one principal's password from one address. Never by principal alone: its
 * id is printed on stickers, and a stranger's guesses would lock the merchant out
 * (merchant-soap-api 2.2).
 */

/** Wrong passwords that cost nothing: a till being set up by hand. */
const FREE_GUESSES = 5;
/** The pause after the first guess beyond those; it doubles with each further one. */
const FIRST_PAUSE_MS = 1_000;
const PAUSE_MS_MAX = 60_000;
/** A pair that has been quiet for so long starts anew. */
const FORGET_AFTER_MS = 15 * 60_000;
/** Pairs remembered; the one longest quiet is forgotten first. */
const PAIRS_MAX = 10_000;

type Guesses = {
  readonly count: number;
  readonly spentAtMs: number;
  /** Digest of the last password found wrong: sending it again tells a guesser nothing new. */
  readonly wrongDigest: string | null;
};

/** What is known about the guesses of each pair of principal and address. */
export type GuessThrottle = {
  /** Whether `pair` must wait before its next guess. */
  isPaused(pair: string): boolean;
  /** Whether this very password is the one that `pair` sent last and wrong. */
  wasWrong(pair: string, digest: string): boolean;
  /** Spends a guess. Called before the password is compared, so that parallel guesses all count. */
  spend(pair: string): void;
  /** The guess just spent was never compared. */
  giveBack(pair: string): void;
  /** The guess just spent turned out wrong. */
  recordWrong(pair: string, digest: string): void;
  /** The right password came: the pair starts anew. */
  forget(pair: string): void;
};

/** A throttle of its own; `monotonicMs` is a clock that never goes back, in milliseconds. */
export function createGuessThrottle(monotonicMs: () => number): GuessThrottle {
  const pairs = new Map<string, Guesses>();
  const find = (pair: string): Guesses | null => {
    const guesses = pairs.get(pair);
    if (guesses === undefined) return null;
    if (monotonicMs() - guesses.spentAtMs < FORGET_AFTER_MS) return guesses;
    pairs.delete(pair);
    return null;
  };
  const store = (pair: string, guesses: Guesses): void => {
    pairs.delete(pair);
    pairs.set(pair, guesses);
    if (pairs.size <= PAIRS_MAX) return;
    for (const longestQuiet of pairs.keys()) {
      pairs.delete(longestQuiet);
      return;
    }
  };
  return {
    isPaused: (pair) => {
      const guesses = find(pair);
      if (guesses === null || guesses.count < FREE_GUESSES) return false;
      const doublings = guesses.count - FREE_GUESSES;
      const pauseMs = Math.min(PAUSE_MS_MAX, FIRST_PAUSE_MS * 2 ** doublings);
      return monotonicMs() - guesses.spentAtMs < pauseMs;
    },
    wasWrong: (pair, digest) => find(pair)?.wrongDigest === digest,
    spend: (pair) => {
      const before = find(pair);
      store(pair, {
        count: (before?.count ?? 0) + 1,
        spentAtMs: monotonicMs(),
        wrongDigest: before?.wrongDigest ?? null,
      });
    },
    giveBack: (pair) => {
      const guesses = find(pair);
      if (guesses !== null) store(pair, { ...guesses, count: Math.max(0, guesses.count - 1) });
    },
    recordWrong: (pair, digest) => {
      const guesses = find(pair);
      if (guesses !== null) store(pair, { ...guesses, wrongDigest: digest });
    },
    forget: (pair) => {
      pairs.delete(pair);
    },
  };
}
