import assert from 'node:assert/strict';
import { once } from 'node:events';
import { statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { scratch } from './fleet.ts';
import { startProgram } from './program.ts';
import { Reseller, startBroker } from './reseller.ts';

const MAIN = import.meta.resolve('../src/main.ts');
const { dir, remove } = scratch();
after(remove);

suite('the program', { concurrency: 2 }, () => {
  test('runs the sandbox fleet, keeps its record to itself and stops cleanly', async () => {
    const broker = await startBroker();
    const reseller = await Reseller.connect(broker.url);
    const environment = {
      SEQR_MACHINE_PORT: '0',
      SEQR_MQTT_URL: broker.url,
      SEQR_DATA_DIR: dir,
    };
    const program = startProgram(MAIN, environment);
    const address = await program.ready();
    assert.match(address, /^http:\/\/127\.0\.0\.1:\d+$/);
    const machines = (await (await fetch(`${address}/api/machines`)).json()) as unknown[];
    assert.equal(machines.length, 11);
    await reseller.stateIs('1001', 'IDLE');
    await reseller.stateIs('1002', 'OUT_OF_SERVICE');
    assert.equal(statSync(join(dir, 'machines', 'record.sqlite')).mode & 0o777, 0o600);

    const second = startProgram(MAIN, environment);
    assert.equal(await second.ended, 1);
    assert.match(second.said.err, /^The machines' record .* is in use by another process\.\n$/);

    program.child.kill('SIGTERM');
    assert.equal(await program.ended, 0);
    assert.equal(program.said.out.split('\n').length, 2, 'one line on stdout');
    await reseller.stateIs('1001', 'OUT_OF_SERVICE', false);
    await reseller.close();
    await broker.stop();
  });

  test('ends with the program that started it', async () => {
    const program = startProgram(
      MAIN,
      {
        SEQR_MACHINE_PORT: '0',
        SEQR_MQTT_URL: 'mqtt://127.0.0.1:1',
        SEQR_DATA_DIR: join(dir, 'child'),
      },
      true,
    );
    await program.ready();
    program.child.disconnect();
    assert.equal(await program.ended, 0);
  });

  test('says in one sentence what is wrong with its settings', async () => {
    const fleet = join(dir, 'fleet.json');
    writeFileSync(fleet, '[{"token":"a b"}]');
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const port = String((taken.address() as AddressInfo).port);
    const url = 'mqtt://127.0.0.1:1';
    const cases: [Record<string, string>, RegExp][] = [
      [{}, /^SEQR_MQTT_URL is missing: /],
      [
        { SEQR_MQTT_URL: url, SEQR_FLEET: fleet },
        /^The fleet file .*: machine 1: token must be 1 to 64/,
      ],
      [{ SEQR_MQTT_URL: url, SEQR_MACHINE_PORT: port }, /^SEQR_MACHINE_PORT is a port that is in/],
    ];
    for (const [environment, sentence] of cases) {
      const program = startProgram(MAIN, { SEQR_DATA_DIR: join(dir, 'bad'), ...environment });
      assert.equal(await program.ended, 1);
      const lines = program.said.err.trim().split('\n');
      assert.match(lines.at(-1) ?? '', sentence);
      assert.equal(program.said.out, '');
    }
    taken.close();
  });
});
