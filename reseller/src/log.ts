/** How much a line matters. `alarm`: money or goods may be lost, a person must look. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'alarm';

/**
 * Where the kit reports. `event` is a stable lower-case word group for searching. Fields never hold
 * a password, a notification value or a whole phone number.
 */
export type Log = (
  level: LogLevel,
  event: string,
  fields?: Readonly<Record<string, string | number | boolean | null>>,
) => void;

/** Reports nothing. */
export const silent: Log = () => {};

/** What a caught value says, in one line without a stack. */
export const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
