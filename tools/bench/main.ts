/**
 * `npm run bench`: how many purchases a second all five actors together can make, what each costs,
 * and how long a customer waits. docs/decisions/0064 says what is measured and why so.
 */

import '../../server/src/node-version.js';
import { startSandbox } from '../sandbox/sandbox.ts';
import { printMeasured, runBenchmark, teller } from './command-line.ts';
import { startLoad } from './load-process.ts';
import { measure } from './measure.ts';
import { HELP, readOptions } from './options.ts';
import type { Options } from './options.ts';
import { inOwnFolder } from './own-folder.ts';
import { figures, table } from './report.ts';
import { seedShop, writeFleet } from './shop.ts';
import { benchSoap } from './soap.ts';
import { benchWallet } from './wallet.ts';

function bench(options: Options): Promise<boolean> {
  const { jsonOnly } = options;
  const tell = teller(jsonOnly);
  return inOwnFolder('bench-', async (dataDir, started) => {
    const load = startLoad();
    started(() => load.stop());
    const fleetPath = await writeFleet(dataDir);
    tell(`starting platform, database, reseller and machines in ${dataDir}`);
    const sandbox = await startSandbox({
      dataDir,
      platformPort: 0,
      resellerPort: 0,
      machinePort: 0,
      fleetPath,
    });
    started(() => sandbox.stop());
    const shop = await seedShop(sandbox.db, dataDir);
    const measured = await measure({ sandbox, dataDir, shop, load, options, tell });
    printMeasured(jsonOnly, table(measured, options), figures(measured, options));
    return measured.stuck === 0 && measured.findings.length === 0 && measured.failures.length === 0;
  });
}

const [part, ...words] = process.argv.slice(2);
if (part === 'soap') process.exit(await benchSoap(words));
if (part === 'wallet') process.exit(await benchWallet(words));
const all = process.argv.slice(2);
process.exit(await runBenchmark(HELP, () => readOptions(all), bench));
