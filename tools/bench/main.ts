/**
 * `npm run bench`: how many purchases a second all five actors together can make, what each costs,
 * and how long a customer waits. docs/decisions/0064 says what is measured and why so.
 */

import '../../server/src/node-version.js';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { startSandbox } from '../sandbox/sandbox.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { startLoad } from './load-process.ts';
import { measure } from './measure.ts';
import { readOptions } from './options.ts';
import type { Options } from './options.ts';
import { figures, table } from './report.ts';
import { seedShop, writeFleet } from './shop.ts';
import { benchSoap } from './soap.ts';
import { benchWallet } from './wallet.ts';

async function bench(options: Options): Promise<boolean> {
  const tell = (text: string): void => {
    if (!options.jsonOnly) process.stderr.write(`${text}\n`);
  };
  // Not the system's folder for temporary files: where that is memory, every commit costs nothing.
  const parent = resolve(process.env['SEQR_DATA_DIR']?.trim() || '.data');
  await mkdir(parent, { recursive: true });
  const dataDir = await mkdtemp(join(parent, 'bench-'));
  const load = startLoad();
  let sandbox: Sandbox | null = null;
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => reject(new Error('interrupted')));
    }
  });
  const work = async (): Promise<boolean> => {
    const fleetPath = await writeFleet(dataDir);
    tell(`starting platform, database, reseller and machines in ${dataDir}`);
    sandbox = await startSandbox({
      dataDir,
      platformPort: 0,
      resellerPort: 0,
      machinePort: 0,
      fleetPath,
    });
    const shop = await seedShop(sandbox.db, dataDir);
    const measured = await measure({ sandbox, dataDir, shop, load, options, tell });
    if (!options.jsonOnly) process.stdout.write(`${table(measured, options)}\n`);
    process.stdout.write(`${JSON.stringify(figures(measured, options))}\n`);
    return measured.stuck === 0 && measured.findings.length === 0 && measured.failures.length === 0;
  };
  try {
    return await Promise.race([work(), interrupted]);
  } finally {
    load.stop();
    await (sandbox as Sandbox | null)?.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

const [part, ...words] = process.argv.slice(2);
if (part === 'soap') process.exit(await benchSoap(words));
if (part === 'wallet') process.exit(await benchWallet(words));
const read = readOptions(process.argv.slice(2));
if ('text' in read) {
  (read.fault ? process.stderr : process.stdout).write(read.text);
  process.exitCode = read.fault ? 2 : 0;
} else {
  try {
    process.exitCode = (await bench(read.options)) ? 0 : 1;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
  process.exit();
}
