import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCredentialCheck, hashPassword, isAcceptableTerminalPassword } from './credential.ts';
import type { StoredPrincipal } from './principal.ts';

const RIGHT = 'q7Lw2Zk9Tn4Vb1X';
const rightHash = hashPassword(RIGHT);

/** A clock that stands until the test moves it. */
function movableClock() {
  let nowMs = 0;
  return { nowMs: () => nowMs, advance: (ms: number) => (nowMs += ms) };
}

async function terminal(changes: Partial<StoredPrincipal> = {}): Promise<StoredPrincipal> {
  return {
    principal: {
      kind: 'TERMINAL',
      terminalId: 't1',
      merchantId: 'demo',
      allowHttpNotifications: false,
    },
    passwordHash: await rightHash,
    suspended: false,
    ...changes,
  };
}

test('A right password: the caller is its principal', async () => {
  const check = createCredentialCheck(() => 0);
  const stored = await terminal();
  const result = await check.judge({ stored, password: RIGHT, address: 'a' });
  assert.deepEqual(result, { ok: true, value: stored.principal });
});

test('A wrong, empty or absurdly long password: 20', async () => {
  const check = createCredentialCheck(() => 0);
  const stored = await terminal();
  for (const password of ['wrong', '', `${RIGHT} `, 'x'.repeat(2_000)]) {
    const result = await check.judge({ stored, password, address: 'a' });
    assert.deepEqual(result, { ok: false, refusal: 'AUTHENTICATION_FAILED' });
  }
});

test('A right password of a suspended principal: 33, and only then', async () => {
  const check = createCredentialCheck(() => 0);
  const stored = await terminal({ suspended: true });
  const wrong = await check.judge({ stored, password: 'wrong', address: 'a' });
  assert.deepEqual(wrong, { ok: false, refusal: 'AUTHENTICATION_FAILED' });
  const right = await check.judge({ stored, password: RIGHT, address: 'a' });
  assert.deepEqual(right, { ok: false, refusal: 'INVALID_INITIATOR_PRINCIPAL_STATE' });
});

test('A right password of under four characters: 21 for a terminal, fine for a user', async () => {
  const check = createCredentialCheck(() => 0);
  const passwordHash = await hashPassword('abc');
  const short = await check.judge({
    stored: await terminal({ passwordHash }),
    password: 'abc',
    address: 'a',
  });
  assert.deepEqual(short, { ok: false, refusal: 'ACCESS_DENIED' });
  const principal = {
    kind: 'USER',
    userId: '9900',
    merchantId: 'demo',
    allowHttpNotifications: false,
  } as const;
  const user = await check.judge({
    stored: { principal, passwordHash, suspended: false },
    password: 'abc',
    address: 'a',
  });
  assert.equal(user.ok, true);
});

test('Passwords are measured by characters, not by UTF-16 units', () => {
  assert.equal(isAcceptableTerminalPassword('😀😀'), false);
  assert.equal(isAcceptableTerminalPassword('😀😀😀😀'), true);
  assert.equal(isAcceptableTerminalPassword('x'.repeat(2_000)), false);
});

/**
 * Guesses until `isPaused` must hold: the sixth different wrong password is not compared any
 * more.
 */
async function exhaust(check: ReturnType<typeof createCredentialCheck>, address: string) {
  const stored = await terminal();
  for (let guess = 0; guess < 5; guess += 1) {
    await check.judge({ stored, password: `wrong ${guess}`, address });
  }
}

test('Guessing is slowed down for a pair of principal and address only', async () => {
  const check = createCredentialCheck(() => 0);
  const stored = await terminal();
  await exhaust(check, 'a');
  const paused = await check.judge({ stored, password: RIGHT, address: 'a' });
  assert.deepEqual(paused, { ok: false, refusal: 'AUTHENTICATION_FAILED' });
  const elsewhere = await check.judge({ stored, password: RIGHT, address: 'b' });
  assert.equal(elsewhere.ok, true);
});

test('A credential verified a while ago passes whatever was guessed since', async () => {
  const check = createCredentialCheck(() => 0);
  const stored = await terminal();
  await check.judge({ stored, password: RIGHT, address: 'a' });
  await exhaust(check, 'a');
  const result = await check.judge({ stored, password: RIGHT, address: 'a' });
  assert.equal(result.ok, true);
});

test('A terminal that works on is let in however long its password is guessed', async () => {
  const clock = movableClock();
  const check = createCredentialCheck(clock.nowMs);
  const stored = await terminal();
  const right = { stored, password: RIGHT, address: 'a' };
  await check.judge(right);
  for (let round = 0; round < 12; round += 1) {
    clock.advance(5 * 60_000);
    await exhaust(check, 'a');
    assert.equal((await check.judge(right)).ok, true, `after ${round + 1} times 5 minutes`);
  }
  clock.advance(10 * 60_000);
  await exhaust(check, 'a');
  assert.equal((await check.judge(right)).ok, false, 'after ten minutes of silence');
});

test('The pause after wrong guesses grows', async () => {
  const clock = movableClock();
  const check = createCredentialCheck(clock.nowMs);
  const stored = await terminal();
  await exhaust(check, 'a');
  clock.advance(1_000);
  await check.judge({ stored, password: 'wrong again', address: 'a' });
  clock.advance(1_000);
  const early = await check.judge({ stored, password: RIGHT, address: 'a' });
  assert.equal(early.ok, false);
  clock.advance(1_000);
  const later = await check.judge({ stored, password: RIGHT, address: 'a' });
  assert.equal(later.ok, true);
});

test('Sending one wrong password again and again spends one guess', async () => {
  const check = createCredentialCheck(() => 0);
  const stored = await terminal();
  for (let time = 0; time < 50; time += 1) {
    await check.judge({ stored, password: 'old password', address: 'a' });
  }
  const right = await check.judge({ stored, password: RIGHT, address: 'a' });
  assert.equal(right.ok, true);
});

test('When all guesses come at once, exactly five are compared', async () => {
  for (const [rightAt, letIn] of [
    [4, true],
    [5, false],
  ] as const) {
    const check = createCredentialCheck(() => 0);
    const stored = await terminal();
    const guesses = Array.from({ length: 40 }, (_, guess) => {
      const password = guess === rightAt ? RIGHT : `wrong ${guess}`;
      return check.judge({ stored, password, address: 'a' });
    });
    const results = await Promise.all(guesses);
    assert.equal(
      results.some((result) => result.ok),
      letIn,
      `the right one comes as number ${rightAt + 1}`,
    );
  }
});

test('A changed password starts a new count at once', async () => {
  const check = createCredentialCheck(() => 0);
  await exhaust(check, 'a');
  const changed = await terminal({ passwordHash: await hashPassword('a new one') });
  const result = await check.judge({ stored: changed, password: 'a new one', address: 'a' });
  assert.equal(result.ok, true);
  const old = await check.judge({ stored: changed, password: RIGHT, address: 'a' });
  assert.equal(old.ok, false);
});

test('A fleet that starts at once from one address gets in', async () => {
  const check = createCredentialCheck(() => performance.now());
  const fleet = Array.from({ length: 16 }, async (_, machine) => {
    const one = await terminal();
    const stored = {
      ...one,
      principal: { ...one.principal, terminalId: `t${machine}` } as const,
    };
    const twice = { stored, password: RIGHT, address: 'a' };
    return Promise.all([check.judge(twice), check.judge(twice)]);
  });
  const results = (await Promise.all(fleet)).flat();
  assert.equal(results.filter((result) => result.ok).length, 32);
});
