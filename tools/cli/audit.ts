/** `seqr audit`: whether the books are in order. */

import { audit } from '../../server/src/core/audit.ts';
import type { Command } from './command.ts';
import { withInstallation } from './installation.ts';
import { listTable } from './table.ts';

/** The command. */
export const AUDIT_COMMAND: Command = {
  name: 'audit',
  summary: 'look for broken invariants; exit code 1 when there are any',
  details:
    'The invariants are listed in docs/protocol.md. A purchase past its deadline is also found\n' +
    'where no platform runs that would end it.',
  arguments: [],
  options: {},
  json: true,
  async run(_input, terminal) {
    const findings = await withInstallation(terminal, ({ db }) => db.statement(audit));
    if (findings.length === 0) {
      return { output: 'The books are in order.\n', json: { findings } };
    }
    const rows = findings.map(({ invariant, subject, problem }) => [
      String(invariant),
      subject,
      problem,
    ]);
    return {
      output: listTable(['invariant', 'where', 'what is wrong'], rows),
      json: { findings },
      code: 1,
    };
  },
};
