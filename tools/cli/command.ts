/**
 * What a command is: its name, arguments and options as data, from which both the parsing
 * (`words.ts`) and the help (`help.ts`) come, and what it does.
 */

/** One argument that stands by its place. `rest` takes all words that are left, as one text. */
export type Argument = { readonly name: string; readonly help: string; readonly rest?: true };

/**
 * One `--option`. `value` is how help names its value; without one it is a switch, and `negatable`
 * lets `--no-option` switch it off.
 */
export type Option = {
  readonly value?: string;
  readonly help: string;
  readonly required?: true;
  readonly negatable?: true;
};

/** What a command was given, fitting its declaration; the meaning is the command's to read. */
export type Input = {
  /** An argument, or the value of an option that is required; a bug where it is neither. */
  needed(name: string): string;
  /** The value of an option, undefined where it was not given. */
  text(name: string): string | undefined;
  /** A switch: undefined where it was not given. */
  flag(name: string): boolean | undefined;
};

/** Where a command runs: the process, or a test. */
export type Terminal = {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdin: AsyncIterable<Uint8Array>;
  /** Whether a person reads stdout. */
  readonly isInteractive: boolean;
  /** Writes to stdout. */
  write(output: string | Uint8Array): void;
  /** Writes a line to stderr. */
  note(line: string): void;
};

/**
 * What came out: for people as text with its last line ended, or bytes; for programs (`--json`) an
 * object. `code` 1: the answer is bad news.
 */
export type Outcome = {
  readonly output: string | Uint8Array;
  readonly json?: unknown;
  readonly code?: 0 | 1;
};

/** A command. Its name has one to three words, such as `merchant add`. */
export type Command = {
  readonly name: string;
  readonly summary: string;
  /** Further help, in whole sentences. */
  readonly details?: string;
  readonly arguments: readonly Argument[];
  readonly options: Readonly<Record<string, Option>>;
  /** Whether `--json` is one of its options. */
  readonly json: boolean;
  /** Throws {@link Refused} with what the operator must know. */
  run(input: Input, terminal: Terminal): Promise<Outcome>;
};

/** A command that cannot do what it was asked: one plain sentence, shown as it is; exit code 1. */
export class Refused extends Error {
  override readonly name: string = 'Refused';
}

/** A command that was called wrongly; exit code 2. */
export class WrongUse extends Refused {
  override readonly name = 'WrongUse';
}
