import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { PanelMachineJson } from '@seqr-ups/contract';
import { scratch, startFleet, testMachine } from './fleet.ts';
import { Reseller, startBroker, until } from './reseller.ts';

const { dir, remove } = scratch();
let broker: Awaited<ReturnType<typeof startBroker>>;
let fleet: Awaited<ReturnType<typeof startFleet>>;
let reseller: Reseller;

before(async () => {
  broker = await startBroker();
  fleet = await startFleet(dir, broker.url, [
    testMachine('live', { singleVend: true, name: 'Coffee <1>', place: 'Lobby' }),
    testMachine('several', { vendMs: 1000 }),
    testMachine('idle'),
  ]);
  reseller = await Reseller.connect(broker.url);
});

after(async () => {
  await reseller.close();
  await fleet.stop();
  await broker.stop();
  remove();
});

const post = (path: string, body?: unknown) =>
  fetch(fleet.address + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
const get = async (path: string) => (await fetch(fleet.address + path)).json();

async function assertProblem(response: Response, status: number): Promise<void> {
  assert.equal(response.status, status);
  assert.match(response.headers.get('content-type') ?? '', /^application\/problem\+json/);
  const { title, detail, status: told } = (await response.json()) as Record<string, unknown>;
  assert.deepEqual([typeof title, typeof detail, told], ['string', 'string', status]);
}

test('a machine shows its code, its products and its session', async () => {
  await reseller.stateIs('live', 'IDLE');
  const price = (value: string) => ({ value, currency: 'EUR' });
  const idle = {
    token: 'live',
    name: 'Coffee <1>',
    place: 'Lobby',
    face: 'SPIRAL',
    language: null,
    state: 'IDLE',
    display: 'Please scan\nthe code to pay',
    countdown: null,
    runs: [],
    qr: 'HTTP://SEQR.SE/000/ups?w=demo&t=live',
    products: [
      { slot: 1, name: 'Nuts', price: price('2.50'), stock: 3 },
      { slot: 2, name: 'Apple', price: price('1.80'), stock: 3 },
      { slot: 3, name: 'Bar', price: price('3.20'), stock: 3 },
    ],
    measures: [],
    vendMs: 20,
    session: null,
  };
  assert.deepEqual(await get('/api/machines/live'), idle);
  const other = (await get('/api/machines/live?lang=pl')) as PanelMachineJson;
  assert.equal(other.display, 'Zeskanuj kod\naby zapłacić');
  assert.deepEqual(await get('/api/machines/live?lang=xx'), idle);
  assert.deepEqual(await get('/api/installation'), { walletUrl: null });
  const list = (await get('/api/machines')) as { token: string }[];
  assert.deepEqual(
    list.map(({ token }) => token),
    ['live', 'several', 'idle'],
  );
  assert.deepEqual(list[0], idle);
});

test('a selection answers after the vend, and a single-vend machine is then free', async () => {
  await reseller.unlock('live', 'live-1', 60_000);
  const open = (await get('/api/machines/live')) as {
    state: string;
    session: { deadline: string };
  };
  assert.equal(open.state, 'UNLOCKED');
  assert.deepEqual(open.session, {
    invoiceReference: 'live-1',
    vends: [],
    deadline: new Date(open.session.deadline).toISOString(),
  });
  const left = Date.parse(open.session.deadline) - Date.now();
  assert.ok(left > 50_000 && left <= 60_000, `${left} ms`);
  const selected = post('/api/machines/live/selections', { slot: 1 });
  await reseller.answer('live', 'live-1', true);
  const response = await selected;
  assert.equal(response.status, 200);
  assert.deepEqual(await response.json(), {
    result: 'VENDED',
    price: { value: '2.50', currency: 'EUR' },
  });
  const free = (await get('/api/machines/live')) as { state: string; session: unknown };
  assert.deepEqual([free.state, free.session], ['IDLE', null]);
});

test('a finish waits for the running vend and may be repeated', async () => {
  await reseller.unlock('several', 'several-1');
  const selected = post('/api/machines/several/selections', { slot: 2 });
  await reseller.answer('several', 'several-1', true);
  await until('the motor', () => fleet.record.findSession('several', 'several-1').vends[0]);
  const turning = (await get('/api/machines/several')) as PanelMachineJson;
  assert.equal(turning.state, 'VENDING');
  assert.deepEqual(turning.session?.vends, [{ slot: 2, result: 'VENDING' }]);
  const finished = await post('/api/machines/several/finish');
  assert.equal(finished.status, 200);
  assert.equal(((await finished.json()) as { state: string }).state, 'IDLE');
  assert.equal(((await (await selected).json()) as { result: string }).result, 'VENDED');
  const { vends } = await reseller.hears('SESSION_COMPLETE', 'several-1');
  assert.deepEqual(
    vends.map(({ slot, result }) => [slot, result]),
    [[2, 'VENDED']],
  );
  assert.equal((await post('/api/machines/several/finish')).status, 200);
});

test('a button outside a session gives nothing: REFUSED with the price', async () => {
  const response = await post('/api/machines/idle/selections', { slot: 2 });
  assert.equal(response.status, 200);
  assert.deepEqual(await response.json(), {
    result: 'REFUSED',
    price: { value: '1.80', currency: 'EUR' },
  });
});

test('what it cannot do is a problem document', async () => {
  await assertProblem(await fetch(`${fleet.address}/api/machines/nowhere`), 404);
  await assertProblem(await fetch(`${fleet.address}/api/machines/nowhere/events`), 404);
  await assertProblem(await fetch(`${fleet.address}/api/nothing`), 404);
  await assertProblem(await fetch(`${fleet.address}/nowhere`), 404);
  await assertProblem(await post('/api/machines/nowhere/selections', { slot: 1 }), 404);
  await assertProblem(await post('/api/machines/nowhere/finish'), 404);
  for (const body of [undefined, {}, [], 1, { slot: 0 }, { slot: '1' }, { slot: 1.5 }]) {
    await assertProblem(await post('/api/machines/idle/selections', body), 400);
  }
  const raw = (body: string, type: string) =>
    fetch(`${fleet.address}/api/machines/idle/selections`, {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    });
  await assertProblem(await raw('{"slot":', 'application/json'), 400);
  await assertProblem(await raw('slot=1', 'application/x-www-form-urlencoded'), 415);
  await assertProblem(await raw(`{"slot":"${'1'.repeat(2000)}"}`, 'application/json'), 413);
});

/** Reads a live view into `seen` until `isLast`. */
async function watch(
  token: string,
  seen: PanelMachineJson[],
  isLast: (machine: PanelMachineJson) => boolean,
): Promise<void> {
  const view = await fetch(`${fleet.address}/api/machines/${token}/events`);
  assert.equal(view.headers.get('content-type'), 'text/event-stream');
  let text = '';
  for await (const part of view.body!.pipeThrough(new TextDecoderStream())) {
    text += part;
    const events = text.split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) {
      const data = /^event: machine\ndata: (.*)$/.exec(event)?.[1];
      if (data === undefined) continue;
      const machine = JSON.parse(data) as PanelMachineJson;
      seen.push(machine);
      if (isLast(machine)) return;
    }
  }
}

test('a live view follows a sale, and sees the product fall before the session ends', async () => {
  const seen: PanelMachineJson[] = [];
  let sold = false;
  const watching = watch('live', seen, ({ session }) => {
    sold ||= session !== null;
    return sold && session === null;
  });
  await until('the present state', () => seen[0]?.state === 'IDLE');
  await reseller.unlock('live', 'live-2');
  const selected = post('/api/machines/live/selections', { slot: 2 });
  await reseller.answer('live', 'live-2', true);
  await selected;
  await watching;
  const steps = seen.map(({ state, session }) =>
    [state, ...(session?.vends ?? []).map(({ slot, result }) => `${slot} ${result}`)].join(' '),
  );
  assert.deepEqual(
    steps.filter((step, index) => step !== steps[index - 1]),
    ['IDLE', 'LEASED', 'UNLOCKED', 'VENDING', 'VENDING 2 VENDING', 'VENDING 2 VENDED', 'IDLE'],
  );
});

test('live views of one machine are bounded', async () => {
  const aborter = new AbortController();
  const open = () =>
    fetch(`${fleet.address}/api/machines/several/events`, { signal: aborter.signal });
  const again = () => fetch(`${fleet.address}/api/machines/several/events`);
  // Kept in hand: a response that nobody holds is closed by the garbage collector.
  const views = await Promise.all(Array.from({ length: 32 }, open));
  for (const view of views) assert.equal(view.status, 200);
  await assertProblem(await open(), 503);
  aborter.abort();
  await until('room again', async () => (await again()).status === 200);
});

test('without a built page it shows a plain one, with it that one at every address', async () => {
  const plain = await (await fetch(`${fleet.address}/live`)).text();
  assert.match(plain, /Coffee &lt;1>/);
  mkdirSync(join(dir, 'page', 'assets'), { recursive: true });
  writeFileSync(join(dir, 'page', 'index.html'), '<title>Panel</title>');
  writeFileSync(join(dir, 'page', 'icon.svg'), '<svg/>');
  writeFileSync(join(dir, 'page', 'assets', 'panel.js'), '1');
  for (const path of ['/', '/live']) {
    assert.equal(await (await fetch(fleet.address + path)).text(), '<title>Panel</title>');
  }
  assert.equal(await (await fetch(`${fleet.address}/icon.svg`)).text(), '<svg/>');
  assert.equal(await (await fetch(`${fleet.address}/assets/panel.js`)).text(), '1');
  await assertProblem(await fetch(`${fleet.address}/assets/other.js`), 404);
  await assertProblem(await fetch(`${fleet.address}/..%2frecord.sqlite`), 403);
});
