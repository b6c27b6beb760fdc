import type { Journal } from './journal.ts';
import type { Terminal } from './soap-client.ts';

/**
 * The terminals that registerTerminal gave to the machines, so that each machine registers once in
 * its life.
 */
export type TerminalTable = {
  find(token: string): Terminal | null;
  /** For use inside `journal.durably`. */
  put(token: string, terminal: Terminal): void;
};

/** Prepares the statements of {@link TerminalTable} on `journal`. */
export function terminalTable(journal: Journal): TerminalTable {
  const find = journal.prepare('select terminal_id, password from terminal where token = ?');
  const put = journal.prepare(
    `insert into terminal (token, terminal_id, password) values (?, ?, ?)
     on conflict (token) do update
       set terminal_id = excluded.terminal_id, password = excluded.password`,
  );
  return {
    find: (token) => {
      const row = find.get(token);
      if (row === undefined) return null;
      return { terminalId: String(row['terminal_id']), password: String(row['password']) };
    },
    put: (token, terminal) => void put.run(token, terminal.terminalId, terminal.password),
  };
}
