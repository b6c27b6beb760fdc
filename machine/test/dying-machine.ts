/**
 * A machines' process that kills itself (SIGKILL: nothing is flushed, nothing is said) right before
 * one write to its record, or when that write is on disk and nothing was said of it yet. Settings:
 * DIR, SEQR_MQTT_URL, DIE (`before` or `after`), AT (the record's method).
 */

import { join } from 'node:path';
import { openRecord, type MachineRecord } from '../src/record.ts';
import { makeLog, runFleet } from '../src/run.ts';
import { testMachine } from './fleet.ts';

const { DIR = '', SEQR_MQTT_URL = '', DIE, AT } = process.env;

function dying(record: MachineRecord): MachineRecord {
  return new Proxy(record, {
    get: (target, name: keyof MachineRecord) => {
      const method = target[name] as (...values: unknown[]) => unknown;
      if (name !== AT) return method;
      return (...values: unknown[]) => {
        const die = () => process.kill(process.pid, 'SIGKILL');
        if (DIE === 'before') die();
        const result = method(...values);
        target.whenDurable(die, die);
        return result;
      };
    },
  });
}

const { address } = await runFleet({
  fleet: [testMachine('dying', { singleVend: true })],
  record: dying(openRecord(join(DIR, 'record.sqlite'))),
  mqttUrl: SEQR_MQTT_URL,
  port: 0,
  merchantId: 'demo',
  log: makeLog('silent'),
});
process.stdout.write(`${JSON.stringify({ machines: address })}\n`);
