import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startProgram, type PlatformProcess } from '../test/program.ts';
import { eventually } from '../test/work.ts';

let directory: string;
const started: PlatformProcess[] = [];
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'seqr-ups-platform-'));
  // PostgreSQL runs as another user when this is root.
  await chmod(directory, 0o755);
});
after(async () => {
  for (const program of started) {
    program.child.kill('SIGTERM');
    await program.ended();
  }
  await rm(directory, { recursive: true });
});

function start(): PlatformProcess {
  const program = startProgram({ SEQR_DATA_DIR: directory });
  started.push(program);
  return program;
}

test('its own database: one platform a directory; a kill leaves nothing behind', async () => {
  const first = start();
  const { platform, database } = await first.ready();
  assert.equal((await fetch(`${platform}/readyz`)).status, 200);
  assert.ok(database !== null);

  const second = start();
  assert.equal(await second.ended(), 1);
  assert.match(second.err(), /^Another platform is running on .*\.\n$/);
  assert.equal((await fetch(`${platform}/readyz`)).status, 200);

  first.child.kill('SIGKILL');
  await first.ended();
  const third = start();
  const again = await third.ready();
  assert.equal(again.database, database, 'the database that was left running is attached to');
  assert.equal((await fetch(`${again.platform}/readyz`)).status, 200);

  // Its database gone, it cannot go on and says so.
  process.kill(database, 'SIGKILL');
  assert.equal(await third.ended(), 1);
  assert.match(third.err(), /The embedded database has ended unexpectedly\./);

  const fourth = start();
  const recovered = await fourth.ready();
  assert.equal((await fetch(`${recovered.platform}/readyz`)).status, 200);
  fourth.child.kill('SIGTERM');
  assert.equal(await fourth.ended(), 0);
  await eventually('the database has ended with it', () => !isAlive(recovered.database));
});

function isAlive(pid: number | null): boolean {
  try {
    process.kill(pid ?? 0, 0);
    return true;
  } catch {
    return false;
  }
}
