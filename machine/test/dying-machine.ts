/**
 * A machines' process that kills itself (SIGKILL: nothing is flushed, nothing is said) right before
 * or after one write to its record. Settings: DIR, SEQR_MQTT_URL, DIE (`before` or `after`), AT (the
 * record's method).
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
        if (DIE === 'before') process.kill(process.pid, 'SIGKILL');
        const result = method(...values);
        if (DIE === 'after') process.kill(process.pid, 'SIGKILL');
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
