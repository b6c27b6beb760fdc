import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { lockDataDir } from './data-lock.ts';

const dataDir = await mkdtemp(join(tmpdir(), 'seqr-ups-lock-'));
after(() => rm(dataDir, { recursive: true }));

/** Another process that takes the lock and keeps it. */
async function holder() {
  const module = JSON.stringify(new URL('data-lock.ts', import.meta.url));
  const script = `
    const { lockDataDir } = await import(${module});
    lockDataDir(${JSON.stringify(dataDir)});
    process.stdout.write('locked');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}

test('a live platform is refused, a killed one leaves nothing behind', async () => {
  for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
    const other = await holder();
    assert.throws(() => lockDataDir(dataDir), /Another platform is running on .*lock-/);
    const ended = once(other, 'exit');
    other.kill(signal);
    await ended;
    lockDataDir(dataDir)();
  }
});

test('one process cannot take it twice, and can again once it has given it back', () => {
  const release = lockDataDir(dataDir);
  assert.throws(() => lockDataDir(dataDir), /Another platform/);
  release();
  lockDataDir(dataDir)();
});

test('a lock file that is there proves nothing', async () => {
  await writeFile(join(dataDir, 'platform.lock'), '');
  lockDataDir(dataDir)();
});
