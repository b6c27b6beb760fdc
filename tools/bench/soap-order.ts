/** What the SOAP benchmark and its load processes say to each other. */

/** A caller of the merchant API. */
export type Credential = {
  readonly principal:
    | { readonly id: string; readonly type: 'TERMINALID' }
    | { readonly id: string; readonly type: 'RESELLERUSER'; readonly userId: string };
  readonly password: string;
};

/** Benchmark → load process; `origin` is the server's, such as `http://127.0.0.1:8080`. */
export type LoadOrder =
  /** The same envelope over and over on so many connections. */
  | {
      readonly kind: 'THROUGHPUT';
      readonly origin: string;
      readonly envelope: Uint8Array;
      readonly connections: number;
      readonly forMs: number;
    }
  /** These terminals connect, and send the invoices that they will ask about from now on. */
  | {
      readonly kind: 'BEGIN';
      readonly origin: string;
      readonly credentials: readonly Credential[];
      /** Whether they also send a new invoice every few polls. */
      readonly issuing: boolean;
    }
  /** Each of them asks once in `everyMs`, for so long. */
  | { readonly kind: 'POLL'; readonly forMs: number; readonly everyMs: number }
  /** Wrong passwords for the victims in turn; `seed` makes them others than before. */
  | {
      readonly kind: 'GUESS';
      readonly origin: string;
      readonly victims: readonly Credential[];
      readonly connections: number;
      readonly forMs: number;
      readonly guessesMax: number;
      readonly seed: number;
    };

/** Load process → benchmark. */
export type LoadReport =
  | { readonly kind: 'ANSWERED'; readonly answers: number; readonly tookMs: number }
  | { readonly kind: 'BEGUN' }
  | {
      readonly kind: 'POLLED';
      readonly latenciesMs: readonly number[];
      readonly failures: readonly string[];
    }
  /** How often each result code came. */
  | { readonly kind: 'GUESSED'; readonly codes: Readonly<Record<string, number>> };
