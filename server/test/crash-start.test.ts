/** `npm start`: whatever ends one run, nothing is left behind and the next one needs no help. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { eventually, panel, signIn } from './actors.ts';
import { assertAllGone, isAlive, killAll, npmStart, spawnNpmStart } from './npm-start.ts';
import type { Started } from './npm-start.ts';

const ALVA = '46700000001';
const VICTIMS = ['platform', 'reseller', 'machines', 'database'] as const;

const running = new Set<Started>();
const folders = [
  await mkdtemp(join(tmpdir(), 'seqr-start-')),
  await mkdtemp(join(tmpdir(), 'seqr-start-')),
] as const;
after(async () => {
  for (const { child } of running) child.kill('SIGINT');
  await Promise.all([...running].map(assertAllGone));
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

async function start(dataDir: string, npm = false): Promise<Started> {
  const started = await npmStart(dataDir, npm);
  running.add(started);
  return started;
}

/** A coffee at machine 1001. */
async function buyCoffee({ platform, machines }: Started['line']): Promise<void> {
  const [wallet, coffee] = [await signIn(platform, ALVA), panel(machines, '1001')];
  // At once: the line says that everything answers.
  const { status, body } = await wallet.scan((await coffee.look()).qr);
  assert.equal(status, 201, JSON.stringify(body));
  assert.equal((await wallet.approve(body)).status, 200);
  await coffee.until('UNLOCKED');
  assert.equal((await coffee.select(1)).result, 'VENDED');
  assert.equal((await wallet.until(body.id, 'PAID')).charged?.value, '2.50');
}

async function kept({ platform, machines }: Started['line']) {
  const wallet = await signIn(platform, ALVA);
  const { products } = await panel(machines, '1001').look();
  return {
    account: await wallet.account(),
    purchases: (await wallet.purchases()).filter(({ state }) => state === 'PAID'),
    stock: products[0]?.stock,
  };
}

test('two runs on different data do not disturb each other; Ctrl-C leaves nothing', async () => {
  const [first, second] = await Promise.all([start(folders[0]), start(folders[1])]);
  const { line, text } = first;
  const { platform, database, reseller, machines } = line.pids;
  // Exactly as the design says, in this order.
  assert.equal(
    text,
    JSON.stringify({
      event: 'listening',
      platform: line.platform,
      reseller: line.reseller,
      machines: line.machines,
      pids: { platform, database, reseller, machines },
    }),
  );
  assert.match(line.platform, /^http:\/\/127\.0\.0\.1:\d+$/);
  assert.match(line.reseller, /^https:\/\/127\.0\.0\.1:\d+\/seqr\/createPurchase$/);
  assert.match(line.machines, /^http:\/\/127\.0\.0\.1:\d+$/);
  for (const pid of Object.values(line.pids)) assert.ok(await isAlive(pid));
  const pids = [first, second].flatMap((run) => Object.values(run.line.pids));
  assert.equal(new Set(pids).size, 8);
  await Promise.all([buyCoffee(first.line), buyCoffee(second.line)]);
  second.child.kill('SIGINT');
  assert.equal(await second.ended, 0);
  await assertAllGone(second);
  running.delete(second);
  await buyCoffee(first.line);
});

test('kill -9 of the supervisor: a new start at once works, and keeps the data', async () => {
  const [first] = running;
  assert.ok(first);
  const before = await kept(first.line);
  assert.equal(before.account.balance.value, '95.00');
  first.child.kill('SIGKILL');
  await first.ended;
  const second = await start(folders[0]);
  // The database lives on and is taken over; the programs have ended by themselves.
  const { platform, reseller, machines } = first.line.pids;
  for (const pid of [platform, reseller, machines]) assert.equal(await isAlive(pid), false);
  running.delete(first);
  assert.deepEqual(await kept(second.line), before);
  await buyCoffee(second.line);
});

test('kill -9 of the supervisor while it starts: what it has begun does not live on', async () => {
  const [before] = running;
  assert.ok(before);
  before.child.kill('SIGINT');
  await before.ended;
  running.delete(before);
  const logs = join(folders[0], 'logs');
  await rm(logs, { recursive: true });
  const child = spawnNpmStart(folders[0]);
  // Each program's log is opened as it is started; it takes a while longer to hear of anything.
  await eventually('the programs', async () => (await readdir(logs).catch(() => [])).length === 3);
  child.kill('SIGKILL');
  await once(child, 'exit');
  await buyCoffee((await start(folders[0])).line);
});

test('kill -9 of npm itself: all that it started is stopped', async () => {
  const [before] = running;
  assert.ok(before);
  before.child.kill('SIGINT');
  await before.ended;
  running.delete(before);
  const run = await start(folders[0], true);
  run.child.kill('SIGKILL');
  await run.ended;
  running.delete(run);
  // The next one waits for it, if need be.
  await buyCoffee((await start(folders[0])).line);
  await assertAllGone(run);
});

for (const victim of VICTIMS) {
  test(`kill -9 of the ${victim}: the rest is stopped, and it exits 1`, async () => {
    const [run] = running;
    assert.ok(run);
    process.kill(run.line.pids[victim], 'SIGKILL');
    assert.equal(await run.ended, 1);
    assert.match(run.said(), new RegExp(`The ${victim} ended by itself`));
    await assertAllGone(run);
    running.delete(run);
    await buyCoffee((await start(folders[0])).line);
  });
}

test('after kill -9 of everything, stale files do not keep a new start from working', async (t) => {
  const [run] = running;
  assert.ok(run);
  const before = await kept(run.line);
  await killAll(run);
  running.delete(run);
  // The note of what ran names a stranger by now, as after a restart of the computer.
  const stranger = spawn('sleep', ['60']);
  t.after(() => stranger.kill());
  const notes = JSON.stringify([stranger.pid, 2 ** 22]);
  await writeFile(join(folders[0], 'programs.json'), notes);
  const next = await start(folders[0]);
  assert.ok(await isAlive(stranger.pid ?? 0));
  assert.deepEqual(await kept(next.line), before);
  await buyCoffee(next.line);
});
