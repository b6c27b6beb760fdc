/** `seqr case …`: what customers reported. */

import { CASE_STATES } from '@seqr-ups/contract';
import { listEveryCase } from '../../server/src/core/problem-case.ts';
import type { OperatorCase } from '../../server/src/core/problem-case.ts';
import { WrongUse } from './command.ts';
import type { Command } from './command.ts';
import { withInstallation } from './installation.ts';
import { listTable } from './table.ts';
import { readCodeId } from './value.ts';

/** Cases that are shown at once. */
const LIMIT = 100;
/** Characters of a text in the table; `--json` has all of them. */
const SHOWN_MAX = 60;

const list: Command = {
  name: 'case list',
  summary: 'list what customers reported, newest first',
  details:
    'Problems with purchases, which their merchants answer, and codes that were changed\n' +
    '(CODE_CHANGED), with the code’s text: those are for you.',
  arguments: [],
  options: {
    merchant: { value: 'merchant', help: 'of one merchant alone' },
    state: { value: CASE_STATES.join('|'), help: 'in one state alone' },
  },
  json: true,
  async run(input, terminal) {
    const merchant = input.text('merchant');
    const merchantId = merchant === undefined ? null : readCodeId('A merchant id', merchant);
    const state = readState(input.text('state'));
    const cases = await withInstallation(terminal, ({ db }) =>
      db.statement((tx) => listEveryCase(tx, { merchantId, state, limit: LIMIT })),
    );
    const rows = cases.map(({ kind, text, ...found }) => [
      found.createdAt.toISOString(),
      found.state,
      found.merchantId ?? '',
      found.machineToken ?? '',
      kind,
      shortened(text),
      shortened(found.answer ?? ''),
    ]);
    const head = ['opened', 'state', 'merchant', 'machine', 'kind', 'text', 'answer'];
    const output = rows.length === 0 ? 'Nothing was reported.\n' : listTable(head, rows);
    return { output, json: { cases } };
  },
};

function readState(text: string | undefined): OperatorCase['state'] | null {
  if (text === undefined) return null;
  const state = CASE_STATES.find((state) => state === text.toUpperCase());
  if (state !== undefined) return state;
  throw new WrongUse(`--state must be one of ${CASE_STATES.join(', ')}, not "${text}".`);
}

function shortened(text: string): string {
  const characters = Array.from(text.replace(/\s+/g, ' '));
  return characters.length <= SHOWN_MAX
    ? characters.join('')
    : `${characters.slice(0, SHOWN_MAX - 1).join('')}…`;
}

/** The commands of this group. */
export const CASE_COMMANDS = [list];
