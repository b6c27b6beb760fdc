/**
 * What the benchmark and its load process say to each other. All instants are those of {@link
 * nowMs}.
 */

/** Main process → load process. Each is answered by one {@link Report}, in order. */
export type Order =
  /** Sign in, open the wallets' and the panels' event streams. */
  | {
      readonly kind: 'PREPARE';
      readonly platform: string;
      readonly machines: string;
      readonly tokens: readonly string[];
      readonly msisdns: readonly string[];
      readonly pin: string;
    }
  /**
   * So many lanes, each buying again as soon as its purchase has ended; at least `salesMin` in all.
   */
  | {
      readonly kind: 'CLOSED';
      readonly lanes: number;
      readonly forMs: number;
      readonly salesMin: number;
    }
  /** Customers come at these times after the start, whether or not the earlier ones are done. */
  | { readonly kind: 'OPEN'; readonly arrivalsMs: readonly number[] }
  /** Bare durable commits of one inserted row each. */
  | {
      readonly kind: 'FLOOR';
      readonly databaseUrl: string;
      readonly lanes: number;
      readonly forMs: number;
    };

/** Load process → main process. */
export type Report =
  | { readonly kind: 'PREPARED' }
  | {
      readonly kind: 'BOUGHT';
      readonly sales: readonly Sale[];
      readonly failures: readonly string[];
    }
  | { readonly kind: 'COMMITTED'; readonly commits: number; readonly tookMs: number }
  | { readonly kind: 'BROKEN'; readonly reason: string };

/** One purchase that ended PAID. */
export type Sale = {
  /**
   * The customer came: just before the scan was handed to the HTTP client, or when it was due
   * (OPEN).
   */
  readonly dueMs: number;
  /** The offer had arrived. */
  readonly offeredMs: number;
  /** Just before the approval was handed to the HTTP client, so not after its first byte left. */
  readonly approvedMs: number;
  /** The machine's panel had said UNLOCKED. */
  readonly unlockedMs: number;
  /** The wallet's event stream had said PAID. */
  readonly paidMs: number;
};

/**
 * The monotonic clock that all processes of one machine share (CLOCK_MONOTONIC on Linux), in ms.
 */
export const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;
