/** Fleets on a fresh record, in this process. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FleetMachine } from '@seqr-ups/contract';
import { openRecord } from '../src/record.ts';
import { makeLog, runFleet } from '../src/run.ts';

/** A folder of its own for one test, with what removes it. */
export function scratch(): { dir: string; remove: () => void } {
  const dir = mkdtempSync(join(tmpdir(), 'seqr-machine-'));
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

/** A machine with three products that works quickly; what a test wants otherwise goes on top. */
export function testMachine(token: string, change: Partial<FleetMachine> = {}): FleetMachine {
  const product = (slot: number, name: string, value: string) => ({
    slot,
    name,
    price: { value, currency: 'EUR' },
    stock: 3,
  });
  return {
    token,
    name: `Machine ${token}`,
    place: null,
    products: [product(1, 'Nuts', '2.50'), product(2, 'Apple', '1.80'), product(3, 'Bar', '3.20')],
    singleVend: false,
    vendMs: 20,
    jammingSlots: [3],
    outOfService: false,
    ...change,
  };
}

/** Runs machines here; `stop` ends them in order and lets go of the record. */
export async function startFleet(dir: string, mqttUrl: string, fleet: readonly FleetMachine[]) {
  const record = openRecord(join(dir, 'record.sqlite'));
  const log = makeLog('silent');
  const running = await runFleet({
    fleet,
    record,
    mqttUrl,
    port: 0,
    merchantId: 'demo',
    log,
    pageDir: join(dir, 'page'),
  });
  const machine = (token: string) => {
    const found = running.machines.get(token);
    if (found === undefined) throw new Error(`no machine ${token}`);
    return found;
  };
  return {
    address: running.address,
    record,
    machine,
    stop: async () => {
      await running.stop();
      record.close();
    },
  };
}
