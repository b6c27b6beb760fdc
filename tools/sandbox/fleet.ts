/** The fleet that a sandbox runs: the one of its file, each machine with its signed code. */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { signedMachineQr } from '@seqr-ups/contract';
import type { FleetMachine } from '@seqr-ups/contract';
import { codeKeysOf } from '../../server/src/code-keys.ts';

/**
 * Writes the fleet into the data directory, each machine with the code that an operator would have
 * printed for it, and returns the path. A machine that has a code in the file keeps it.
 */
export async function signedFleet(made: {
  readonly fleetPath: string;
  readonly dataDir: string;
  readonly merchantId: string;
  readonly codeKey: string | null;
}): Promise<string> {
  const { merchantId } = made;
  const keys = await codeKeysOf(made);
  const fleet = JSON.parse(await readFile(made.fleetPath, 'utf8')) as FleetMachine[];
  const signed = fleet.map((machine) => ({
    code: signedMachineQr(merchantId, machine.token, keys.sign(merchantId, machine.token)),
    ...machine,
  }));
  const path = join(made.dataDir, 'fleet.json');
  await writeFile(path, `${JSON.stringify(signed, null, 2)}\n`);
  return path;
}
