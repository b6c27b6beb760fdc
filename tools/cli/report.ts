/** `seqr report`: a reconciliation report as executeReport answers it, or as CSV. */

import { open } from 'node:fs/promises';
import {
  REPORTS_OF_SHOP,
  REPORTS_OF_TERMINAL,
  periodIsSettled,
} from '../../server/src/core/period.ts';
import type { Period, ReportNumber } from '../../server/src/core/period.ts';
import { reportCsv, reportXml } from '../../server/src/core/report-export.ts';
import { makeReports } from '../../server/src/core/report-making.ts';
import type { Tx } from '../../server/src/db.ts';
import { Refused, WrongUse } from './command.ts';
import type { Command, Terminal } from './command.ts';
import { withInstallation } from './installation.ts';
import { readSeries, requirePeriod } from './period.ts';

/** Parts of a report made between two lines of progress. */
const PARTS_A_LINE = 10;

type Format = 'csv' | 'xml';

/** The command. */
export const REPORT_COMMAND: Command = {
  name: 'report',
  summary: 'write a reconciliation report of a closed period as CSV or XML',
  details: `Of a shop's period: 001 its total, 002 by terminal, 003 every payment, 004 by cashier.
Of a terminal's period: 006 its total, 007 every payment. docs/reports.md explains them.
Makes the report where no platform has made it yet.`,
  arguments: [],
  options: {
    merchant: { value: 'id', help: 'whose', required: true },
    terminal: { value: 'id', help: 'of this terminal, not of the whole shop' },
    period: { value: 'id', help: 'the newest closed one unless given' },
    report: { value: 'number', help: 'which, 003 or 007 (every payment) unless given' },
    format: { value: 'csv|xml', help: 'csv unless given; xml is what executeReport answers' },
    out: { value: 'file', help: 'where to; stdout unless given' },
  },
  json: false,
  async run(input, terminal) {
    const asked = readSeries(input, input.needed('merchant'));
    const format = readFormat(input.text('format'));
    const wanted = input.text('report');
    const out = input.text('out');
    return withInstallation(terminal, ({ db }) =>
      db.statement(async (tx) => {
        const period = await requirePeriod(tx, asked, input.text('period') ?? null);
        if (asked.terminalId !== null && period.terminalId !== asked.terminalId) {
          throw new Refused(`Period ${period.id} is not one of terminal ${asked.terminalId}.`);
        }
        const number = readNumber(wanted, period);
        await makeReady(tx, period, terminal);
        const pieces =
          format === 'csv' ? reportCsv(tx, period, number) : reportXml(tx, period.id, number);
        if (out === undefined) {
          for await (const piece of pieces) terminal.write(piece);
          return { output: '' };
        }
        await writeTo(out, pieces);
        return { output: `${out}: report 00${number} of period ${period.id}\n` };
      }),
    );
  },
};

function readFormat(text = 'csv'): Format {
  if (text === 'csv' || text === 'xml') return text;
  throw new WrongUse(`--format is csv or xml, not "${text}".`);
}

/** `003`, `3`, `STD_RECON_003` or the whole id on the wire. */
function readNumber(text: string | undefined, period: Period): ReportNumber {
  const numbers: readonly ReportNumber[] =
    period.terminalId === null ? REPORTS_OF_SHOP : REPORTS_OF_TERMINAL;
  if (text === undefined) return period.terminalId === null ? 3 : 7;
  const digits = /^(?:(?:Reconciliation\/)?STD_RECON_)?0{0,2}([1-9])(?:\.xml)?$/.exec(text)?.[1];
  const number = numbers.find((number) => String(number) === digits);
  if (number !== undefined) return number;
  const whose = period.terminalId === null ? "a shop's" : "a terminal's";
  const names = numbers
    .map((number) => `00${number}`)
    .toSorted()
    .join(', ');
  throw new WrongUse(`The reports of ${whose} period are ${names}, and not "${text}".`);
}

/** Makes what a platform has not made yet, with progress where it takes long. */
async function makeReady(tx: Tx, period: Period, terminal: Terminal): Promise<void> {
  if (!(await periodIsSettled(tx, period.id))) {
    throw new Refused(
      'A payment of this period is not final yet: its merchant has not noticed it. That ends ' +
        'within 20 seconds; try again then.',
    );
  }
  for (;;) {
    const { done, written, entries } = await makeReports(tx, period, PARTS_A_LINE);
    if (done) return;
    terminal.note(`${written} of ${entries} payments and refunds written`);
  }
}

async function writeTo(path: string, pieces: AsyncIterable<string>): Promise<void> {
  const file = await open(path, 'w', 0o600).catch((error: NodeJS.ErrnoException) => {
    throw new Refused(`${path} cannot be written: ${error.code}.`, { cause: error });
  });
  try {
    for await (const piece of pieces) await file.writeFile(piece);
  } finally {
    await file.close();
  }
}
