/** Where the machines' process writes what happened: structured lines, never a secret. */
export type Log = {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
};
