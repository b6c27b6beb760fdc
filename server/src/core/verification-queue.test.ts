import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createVerificationQueue } from './verification-queue.ts';

/** Work that ends when the test says so, and the order in which pieces were started. */
function gatedWork() {
  const started: string[] = [];
  const gates = new Map<string, () => void>();
  const work = (name: string, wrong: boolean) => async () => {
    started.push(name);
    await new Promise<void>((open) => gates.set(name, open));
    return { value: name, wrong };
  };
  return { started, work, open: (name: string) => gates.get(name)?.() };
}

/** Lets every promise that can go on go on. */
const settle = () => new Promise<void>((resume) => setImmediate(resume));

suite('Hashes take turns', () => {
  test('between addresses, so that a flood delays only itself', async () => {
    const queue = createVerificationQueue(() => 0);
    const { started, work, open } = gatedWork();
    const all = ['a1', 'a2', 'a3', 'a4'].map((name) => queue.run('a', work(name, false)));
    all.push(queue.run('b', work('b1', false)));
    await settle();
    assert.deepEqual(started, ['a1', 'a2']);
    for (const name of ['a1', 'a2', 'a3', 'b1', 'a4']) {
      open(name);
      await settle();
    }
    assert.deepEqual(started, ['a1', 'a2', 'a3', 'b1', 'a4']);
    const results = await Promise.all(all);
    assert.ok(results.every((result) => result.ok));
  });

  test('and when too many wait, the longest lane loses its newest', async () => {
    const queue = createVerificationQueue(() => 0);
    const { started, work, open } = gatedWork();
    const flood = Array.from({ length: 300 }, (_, at) => queue.run('a', work(`a${at}`, false)));
    const other = queue.run('b', work('b1', false));
    await settle();
    const refusals = await Promise.all(flood.slice(258));
    assert.ok(refusals.every((result) => !result.ok && result.refusal === 'SYSTEM_BUSY'));
    for (let round = 0; round < 4 && !started.includes('b1'); round += 1) {
      for (const name of started) open(name);
      await settle();
    }
    open('b1');
    assert.deepEqual(await other, { ok: true, value: 'b1' });
    for (let round = 0; round < 300; round += 1) {
      for (const name of started) open(name);
      await settle();
    }
    await Promise.all(flood);
  });

  test('and wrong passwords use up a budget a second that right ones do not', async () => {
    let nowMs = 0;
    const queue = createVerificationQueue(() => nowMs);
    const attempt = (wrong: boolean) =>
      queue.run('a', async () => Promise.resolve({ value: wrong, wrong }));
    for (let time = 0; time < 100; time += 1) assert.ok((await attempt(false)).ok);
    for (let time = 0; time < 24; time += 1) assert.ok((await attempt(true)).ok);
    let answered = false;
    const waiting = attempt(false).then((result) => {
      answered = true;
      return result;
    });
    await settle();
    assert.equal(answered, false, 'the budget is spent, the next one waits');
    nowMs += 1_000;
    assert.ok((await waiting).ok);
  });
});
