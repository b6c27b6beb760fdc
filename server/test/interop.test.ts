/**
 * Clients that we did not write, against a whole platform: every scenario of every stack of
 * contract/interop. SEQR_INTEROP names some of the stacks; SEQR_INTEROP_INSTALL installs what they
 * need (contract/interop/run.sh sets both).
 */

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { TestContext } from 'node:test';
import { provide } from '../../tools/check/provide.ts';
import { listTable } from '../../tools/cli/table.ts';
import { SOAP_PATHS } from '../src/soap/edge.ts';
import { openInteropPlatform } from './interop-platform.ts';
import type { InteropPlatform } from './interop-platform.ts';
import { runClient, SCENARIOS } from './interop-program.ts';
import type { ClientReport } from './interop-program.ts';
import { STACKS } from './interop-stacks.ts';
import type { Stack } from './interop-stacks.ts';

const chosen = (process.env['SEQR_INTEROP'] ?? '').split(' ').filter((name) => name !== '');
const stacks = STACKS.filter(({ name }) => chosen.length === 0 || chosen.includes(name));
const reports = new Map<string, ClientReport>();

let platform: InteropPlatform | undefined;
let directory: string;

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'seqr-interop-clients-'));
  assert.deepEqual(
    chosen.filter((name) => !STACKS.some((stack) => stack.name === name)),
    [],
    'stacks that there are not',
  );
  if (process.env['SEQR_INTEROP_INSTALL'] !== undefined) await provide(stacks);
  platform = await openInteropPlatform();
});
after(async () => {
  console.log(summary());
  await rm(directory, { recursive: true, force: true });
  await platform?.stop();
});

/** Runs a stack's program; every path of the API has its turn. */
async function run(stack: Stack, path: string): Promise<ClientReport> {
  assert.ok(platform);
  const wsdl = `${platform.url}${path}?wsdl`;
  const own = join(directory, stack.name);
  await stack.prepare?.(wsdl, own);
  const party = await platform.newParty(stack.name);
  const [command, ...words] = stack.command(own);
  return runClient(command, [...words, wsdl, ...party.credentials], party);
}

async function finds(context: TestContext, stack: Stack, path: string): Promise<void> {
  if (!(await stack.isThere())) {
    const lacking = `"${stack.name}" needs the Debian packages ${stack.packages.join(' ')}.`;
    // CI has what it needs, or is to say so; on a developer's machine the others still run.
    assert.ok(process.env['CI'] !== 'true', lacking);
    context.skip(lacking);
    return;
  }
  const report = await run(stack, path);
  reports.set(stack.name, report);
  const deviations = [...report.scenarios].flatMap(([scenario, outcome]) =>
    outcome.deviations.map((text) => `${scenario}: ${text}`),
  );
  assert.deepEqual([...report.faults, ...deviations], []);
  assert.deepEqual([...report.scenarios.keys()], [...SCENARIOS]);
}

for (const [index, stack] of stacks.entries()) {
  test(`${stack.name} finds no deviation from the contract`, (context) =>
    finds(context, stack, SOAP_PATHS[index % SOAP_PATHS.length] ?? SOAP_PATHS[0]));
}

/** Stacks × scenarios: how many steps went as wanted, or how many did not. */
function summary(): string {
  const rows = SCENARIOS.map((scenario) => [
    scenario,
    ...stacks.map(({ name }) => cell(reports.get(name), scenario)),
  ]);
  const seconds = stacks.map(({ name }) => {
    const ms = reports.get(name)?.durationMs;
    return ms === undefined ? '' : `${(ms / 1000).toFixed(1)} s`;
  });
  return listTable(['', ...stacks.map(({ name }) => name)], [...rows, ['time', ...seconds]]);
}

function cell(report: ClientReport | undefined, scenario: string): string {
  if (!report) return 'not run';
  const outcome = report.scenarios.get(scenario);
  if (!outcome) return 'MISSING';
  const { steps, deviations } = outcome;
  return deviations.length === 0 ? `${steps} ok` : `${deviations.length} DEVIATE`;
}
