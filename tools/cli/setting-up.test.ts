import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createCredentialCheck } from '../../server/src/core/credential.ts';
import { testAuthority } from '../../server/test/certificate.ts';
import { testDatabase } from '../../server/test/database.ts';
import { pinDigest } from '../../server/src/core/customer.ts';
import { codeDigest } from '../../server/src/core/one-time-code.ts';
import { command } from './test/command-line.ts';
import type { Ended } from './test/command-line.ts';

const { db, url, drop } = await testDatabase();
const directory = await mkdtemp(join(tmpdir(), 'seqr-cli-'));
after(async () => {
  await drop();
  await rm(directory, { recursive: true, force: true });
});
const PIN_KEY = '07'.repeat(32);
const environment = { DATABASE_URL: url, SEQR_DATA_DIR: directory, SEQR_PIN_KEY: PIN_KEY };

const run = (words: readonly string[], stdin = ''): Promise<Ended> =>
  command(words, { environment, stdin });

/** Runs a command that must do; its answer for programs. */
async function done(words: readonly string[], stdin = ''): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await run([...words, '--json'], stdin);
  assert.deepEqual([code, stderr], [0, ''], words.join(' '));
  assert.ok(stdout.endsWith('\n') && stdout.indexOf('\n') === stdout.length - 1, 'one line');
  return JSON.parse(stdout) as Record<string, unknown>;
}

/** Runs a command that must be refused. */
async function refused(words: readonly string[], code: 1 | 2, sentence: RegExp, stdin = '') {
  const ended = await run(words, stdin);
  assert.equal(ended.code, code, words.join(' '));
  assert.equal(ended.stdout, '');
  assert.match(ended.stderr, sentence);
}

async function row(sql: string, ...values: unknown[]): Promise<Record<string, unknown>> {
  const { rows } = await db.statement((tx) => tx.query<Record<string, unknown>>(sql, values));
  assert.equal(rows.length, 1, sql);
  return rows[0] ?? {};
}

const credentials = createCredentialCheck(() => performance.now());
/** Whether a password opens the way that a stored hash guards. */
async function opens(passwordHash: unknown, password: unknown): Promise<boolean> {
  const user = { kind: 'USER', userId: '9900', merchantId: 'm' } as const;
  const principal = { ...user, allowHttpNotifications: false };
  const stored = { principal, passwordHash: String(passwordHash), suspended: false };
  const attempt = { stored, password: String(password), address: '127.0.0.1' };
  return (await credentials.judge(attempt)).ok;
}

let count = 0;
/** A merchant of its own for each test. */
async function newMerchant(...more: readonly string[]): Promise<string> {
  count += 1;
  const id = `shop-${count}`;
  await done(['merchant', 'add', id, '--name', 'Shop', '--maximum', '20.00 EUR', ...more]);
  return id;
}

test('a merchant is added with an account, a user and a password that is shown once', async () => {
  const words = ['merchant', 'add', 'acme', '--name', ' Acme Vending ', '--maximum', '20EUR'];
  const added = await done(words);
  const { password, ...rest } = added;
  assert.deepEqual(rest, {
    id: 'acme',
    name: 'Acme Vending',
    state: 'ACTIVE',
    maximum: { value: '20.00', currency: 'EUR' },
    createPurchaseUrl: null,
    hasAuthority: false,
    commitTimeoutMaxS: 3600,
    allowHttpNotifications: false,
    refundsAllowed: true,
    unsignedCodesAllowed: true,
    userId: '9900',
  });
  const user = await row(`select * from merchant_user where merchant_id = 'acme'`);
  assert.ok(await opens(user['password_hash'], password));
  assert.match(String(password), /^[0-9a-f]{32}$/);
  await refused(words, 1, /^There is a merchant acme already\.$/);
});

test('a password comes from a file or stdin, and is not shown then', async () => {
  const file = join(directory, 'password');
  await writeFile(file, 'från en fil\n');
  const base = ['merchant', 'add', 'filed', '--name', 'Filed', '--maximum', '9 SEK'];
  const added = await run([...base, '--user', 'till', '--password-file', file]);
  assert.equal(added.code, 0, added.stderr);
  assert.ok(!added.stdout.includes('från en fil'));
  const user = await row(`select * from merchant_user where merchant_id = 'filed'`);
  assert.equal(user['user_id'], 'till');
  assert.ok(await opens(user['password_hash'], 'från en fil'));

  const other = ['merchant', 'add', 'p', '--name', 'P', '--maximum', '9 SEK', '--password-file'];
  await refused([...other, '-'], 1, /at least 4 characters/, 'abc\n');
  await refused([...other, '-'], 1, /at least 4 characters/, '');
  await refused([...other, '-'], 1, /one line/, 'one\ntwo\n');
  await refused([...other, '-'], 1, /too long to be a secret/, 'x'.repeat(5000));
  await refused([...other, join(directory, 'missing')], 1, /missing cannot be read: ENOENT/);
  await refused([...other, directory], 1, /cannot be read: EISDIR/);
});

const WRONG_VALUES: [string[], RegExp][] = [
  [['a/b', '--name', 'A', '--maximum', '1 EUR'], /A merchant id must be 1 to 64/],
  [['a', '--name', ' ', '--maximum', '1 EUR'], /The name must not be empty/],
  [['a', '--name', 'A\u001b[2J', '--maximum', '1 EUR'], /one line without tabs/],
  [['a', '--name', 'A'.repeat(101), '--maximum', '1 EUR'], /at most 100 characters/],
  [['a', '--name', 'A', '--maximum', '20'], /no amount with its currency/],
  [['a', '--name', 'A', '--maximum', 'EUR'], /no amount with its currency/],
  [['a', '--name', 'A', '--maximum', '1 XQQ'], /XQQ is no currency of ISO 4217/],
  [['a', '--name', 'A', '--maximum', '1.001 EUR'], /at most 2 digits/],
  [['a', '--name', 'A', '--maximum', '1.5 JPY'], /at most 0 digits/],
  [['a', '--name', 'A', '--maximum', '1,50 EUR'], /no amount in EUR/],
  [['a', '--name', 'A', '--maximum', '1e3 EUR'], /no amount in EUR/],
  [['a', '--name', 'A', '--maximum', '0.00 EUR'], /must be above zero/],
  [['a', '--name', 'A', '--maximum=-1 EUR'], /must be above zero/],
  [['a', '--name', 'A', '--maximum', '1 EUR', '--commit-timeout-max', '0'], /whole number from 1/],
  [['a', '--name', 'A', '--maximum', '1 EUR', '--commit-timeout-max', '1h'], /whole number from 1/],
];

test('values that make no sense are refused before anything is written', async () => {
  for (const [words, sentence] of WRONG_VALUES) {
    await refused(['merchant', 'add', ...words], 2, sentence);
  }
});

test('every setting of a merchant can be changed alone', async () => {
  const id = await newMerchant();
  const set = (...words: string[]) => done(['merchant', 'set', id, ...words]);
  const at = 'https://vending.example/seqr/createPurchase';
  assert.equal((await set('--create-purchase-url', at))['createPurchaseUrl'], at);
  assert.equal((await set('--name', 'New'))['name'], 'New');
  const maximum = { value: '7.50', currency: 'EUR' };
  assert.deepEqual((await set('--maximum', '7.5 EUR'))['maximum'], maximum);
  assert.equal((await set('--commit-timeout-max', '43200'))['commitTimeoutMaxS'], 43_200);
  assert.equal((await set('--allow-http-notifications'))['allowHttpNotifications'], true);
  assert.equal((await set('--no-refunds'))['refundsAllowed'], false);
  assert.equal((await set('--refunds'))['refundsAllowed'], true);
  assert.equal((await set('--unsigned-codes', 'refused'))['unsignedCodesAllowed'], false);
  assert.equal((await set('--unsigned-codes', 'allowed'))['unsignedCodesAllowed'], true);
  await refused(['merchant', 'set', id, '--unsigned-codes', 'no'], 2, /allowed or refused/);
  assert.equal((await set('--block'))['state'], 'BLOCKED');
  const last = await set('--unblock', '--no-allow-http-notifications');
  assert.deepEqual(last, {
    id,
    name: 'New',
    state: 'ACTIVE',
    maximum,
    createPurchaseUrl: at,
    hasAuthority: false,
    commitTimeoutMaxS: 43_200,
    allowHttpNotifications: false,
    refundsAllowed: true,
    unsignedCodesAllowed: true,
  });
  assert.equal((await set('--create-purchase-url', 'none'))['createPurchaseUrl'], null);
});

test('a merchant is not set to what cannot be', async () => {
  const id = await newMerchant();
  const set = ['merchant', 'set', id];
  await refused(set, 2, /^Nothing to set was named\./);
  await refused([...set, '--block', '--unblock'], 2, /^Either --block or --unblock\./);
  await refused([...set, '--maximum', '20 SEK'], 1, /in EUR, and so must its maximum be/);
  await refused(['merchant', 'set', 'nobody', '--block'], 1, /^There is no merchant nobody\.$/);
  for (const [address, sentence] of [
    ['http://vending.example/createPurchase', /must begin with https/],
    ['https://vending.example/createpurchase', /must end in \/createPurchase/],
    ['https://vending.example/createPurchase?x=1', /no query/],
    ['https://me@vending.example/createPurchase', /name no user/],
    ['vending.example', /is not a URL/],
  ] as const) {
    await refused([...set, '--create-purchase-url', address], 2, sentence);
  }
});

test('authorities are taken from a PEM file and nothing else', async () => {
  const authority = await testAuthority();
  const expired = await authority.issue(['vending.example'], -1);
  const path = join(directory, 'ca.pem');
  const id = await newMerchant();
  const set = ['merchant', 'set', id, '--ca-file', path];
  await writeFile(path, `bag attributes\n${authority.pem}\n`);
  assert.equal((await done(set))['hasAuthority'], true);
  const stored = await row(`select endpoint_ca_pem from merchant where id = $1`, id);
  assert.equal(stored['endpoint_ca_pem'], `${authority.pem.trim()}\n`);
  for (const [text, sentence] of [
    ['', /holds no certificate/],
    [expired.cert, /expired on/],
    [authority.pem + expired.key, /holds a private key/],
    [authority.pem.replace(/[A-Za-z]{20}/, 'A'.repeat(20)), /cannot be read/],
    [authority.pem.repeat(200), /too long/],
  ] as const) {
    await writeFile(path, text);
    await refused(set, 1, sentence);
  }
  await rm(path);
  await refused(set, 1, /cannot be read: ENOENT/);
  assert.equal((await done([...set.slice(0, 3), '--ca-file', 'none']))['hasAuthority'], false);
});

test("an operator's terminal may have many open invoices; its password is shown once", async () => {
  const id = await newMerchant();
  const made = await done(['merchant', 'terminal', id, '--name', 'Web shop']);
  const stored = await row(`select * from terminal where id = $1`, made['terminalId']);
  assert.equal(stored['kind'], 'WEB_SHOP');
  assert.equal(stored['external_terminal_id'], 'Web shop');
  assert.ok(await opens(stored['password_hash'], made['password']));
  const given = await run(
    ['merchant', 'terminal', id, '--name', 'B', '--external-id', 'b-1', '--password-file', '-'],
    'secret words',
  );
  assert.equal(given.code, 0);
  assert.ok(!given.stdout.includes('secret words'));
  await refused(['merchant', 'terminal', 'nobody', '--name', 'B'], 1, /no merchant nobody/);
});

test('machines are added, set and listed', async () => {
  const id = await newMerchant();
  const machine = ['machine', 'set', id, 'm-1'];
  await refused([...machine, '--name', 'X'], 1, /has no machine m-1; "seqr machine add"/);
  const words = ['--name', 'Coffee', '--place', 'Lobby', '--maximum', '5 EUR'];
  const added = await done(['machine', 'add', id, 'm-1', ...words]);
  const coffee = { token: 'm-1', name: 'Coffee', place: 'Lobby' };
  const maximum = { value: '5.00', currency: 'EUR' };
  assert.deepEqual(added, { merchantId: id, ...coffee, maximum });
  await refused(['machine', 'add', id, 'm-1'], 1, /has a machine m-1 already/);
  await done(['machine', 'add', id, 'm-2']);
  const bare = await done([...machine, '--place', 'none', '--maximum', 'none']);
  assert.deepEqual(bare, { merchantId: id, ...coffee, place: null, maximum: null });
  const list = await done(['machine', 'list', id]);
  const second = { token: 'm-2', name: 'm-2', place: null, maximum: null };
  assert.deepEqual(list, { machines: [{ ...coffee, place: null, maximum: null }, second] });
  const table = await run(['machine', 'list', id]);
  assert.match(table.stdout, /m-1 .*Coffee .*the merchant's/);
  assert.match((await run(['machine', 'list', await newMerchant()])).stdout, /no named machines/);
});

test('a machine is not set to what cannot be', async () => {
  const id = await newMerchant();
  await refused(['machine', 'add', 'nobody', 'm'], 1, /no merchant nobody/);
  await refused(['machine', 'list', 'nobody'], 1, /no merchant nobody/);
  await refused(['machine', 'add', id, 'm m'], 2, /A machine's token must be/);
  await refused(['machine', 'set', id, 'm'], 2, /Nothing to set/);
  await refused(['machine', 'add', id, 'm', '--maximum', '5 SEK'], 1, /in another currency/);
  assert.deepEqual(await done(['machine', 'list', id]), { machines: [] });
});

test('a customer is added by number, with a PIN under the key of the platform', async () => {
  const words = ['customer', 'add', '+46 70-123 45 67', '--name', 'Ann', '--currency', 'sek'];
  const added = await done(words);
  assert.deepEqual([added['msisdn'], added['currency']], ['46701234567', 'SEK']);
  const stored = await row(`select * from customer where msisdn = '46701234567'`);
  const digest = (pin: string) =>
    pinDigest(Buffer.from(PIN_KEY, 'hex'), String(stored['id']), pin).toString('hex');
  const kept = (stored['pin_digest'] as Buffer).toString('hex');
  assert.match(String(added['pin']), /^[0-9]{4}$/);
  assert.equal(kept, digest(String(added['pin'])));
  await refused(words, 1, /^There is a customer with the number 46701234567 already\.$/);
});

test('a customer needs a number, a currency and a PIN of four digits', async () => {
  const rest = ['--name', 'Bo', '--currency', 'EUR'];
  await refused(['customer', 'add', 'Bo', ...rest], 2, /no phone number with country code/);
  await refused(
    ['customer', 'add', '46700000022', '--name', 'Bo', '--currency', 'euro'],
    2,
    /no currency of ISO 4217/,
  );
  const pin = ['customer', 'add', '46700000022', ...rest, '--pin-file', '-'];
  await refused(pin, 1, /A PIN has four digits/, '12345');
  await refused(pin, 1, /A PIN has four digits/, '12a4\n');
  const added = await run([...pin, '--json'], '0042\n');
  const { code, expiresAt, ...json } = JSON.parse(added.stdout) as Record<string, string>;
  assert.deepEqual(json, { msisdn: '46700000022', name: 'Bo', currency: 'EUR' });
  assert.match(code ?? '', /^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}$/);
  assert.ok(Date.parse(expiresAt ?? '') > Date.now());
});

test('a locked customer is unlocked', async () => {
  await done(['customer', 'add', '46700000033', '--name', 'Cy', '--currency', 'EUR']);
  await db.statement((tx) =>
    tx.query(
      `update customer set pin_failures = 5, sign_in_failures = 9,
         sign_in_paused_until = seqr_clock() + interval '1 hour' where msisdn = '46700000033'`,
    ),
  );
  await done(['customer', 'unlock', '0046 700000033']);
  const { pin_failures, sign_in_paused_until } = await row(
    `select * from customer where msisdn = '46700000033'`,
  );
  assert.deepEqual([pin_failures, sign_in_paused_until], [0, null]);
  await refused(['customer', 'unlock', '46700000034'], 1, /no customer with the number/);
});

test("an operator makes one-time codes, and lists and removes a customer's devices", async () => {
  const number = '46700000055';
  await done(['customer', 'add', number, '--name', 'Ed', '--currency', 'EUR']);
  const customer = await row(`select id from customer where msisdn = '${number}'`);
  const made = await done(['customer', 'code', number]);
  const digest = codeDigest(
    Buffer.from(PIN_KEY, 'hex'),
    String(customer['id']),
    String(made['code']),
  );
  const kept = await row(`select code_digest from customer_code
    where customer_id = '${String(customer['id'])}'`);
  assert.deepEqual(kept['code_digest'], digest);
  assert.match((await run(['customer', 'code', number])).stdout, /once, until .* cannot be read/);

  assert.match((await run(['customer', 'devices', number])).stdout, /has no devices/);
  assert.match((await run(['customer', 'signatures', number])).stdout, /has signed nothing/);
  const device = randomUUID();
  await db.statement((tx) =>
    tx.query(
      `insert into customer_device
         (id, customer_id, name, public_key, state, session_digest, let_in_by)
       values ($1, $2, 'Phone', $3, 'ACTIVE', '', 'CODE')`,
      [device, customer['id'], Buffer.alloc(91)],
    ),
  );
  assert.match(
    (await run(['customer', 'devices', number])).stdout,
    new RegExp(`${device} .*Phone`),
  );
  await done(['customer', 'device', 'remove', number, device.toUpperCase()]);
  assert.deepEqual(await done(['customer', 'devices', number]), { devices: [] });
  await refused(['customer', 'device', 'remove', number, device], 1, /has no such device/);
  await refused(['customer', 'device', 'remove', number, 'x'], 2, /no id of a device/);
  for (const words of [['code'], ['devices'], ['signatures'], ['device', 'remove']]) {
    const rest = words.length === 2 ? [device] : [];
    await refused(['customer', ...words, '46700000056', ...rest], 1, /no customer with the number/);
  }
});

test('a customer takes refunds or does not', async () => {
  await done(['customer', 'add', '46700000044', '--name', 'Di', '--currency', 'EUR']);
  const set = ['customer', 'set', '46700000044'];
  const stored = async () =>
    (await row(`select refunds_allowed from customer where msisdn = '46700000044'`))[
      'refunds_allowed'
    ];
  assert.equal((await done([...set, '--no-refunds']))['refundsAllowed'], false);
  assert.equal(await stored(), false);
  assert.equal((await done([...set, '--refunds']))['refundsAllowed'], true);
  assert.equal(await stored(), true);
  await refused(set, 2, /Nothing to set/);
  await refused(['customer', 'set', '46700000045', '--refunds'], 1, /no customer with the number/);
});

test('token types are added, described anew and listed', async () => {
  const id = await newMerchant();
  assert.match((await run(['token', 'list', id])).stdout, /takes no tokens/);
  await done(['token', 'add', id, 'CLUB', '--description', 'Club']);
  await done(['token', 'add', id, 'CLUB', '--description', 'Club card']);
  await done(['token', 'add', id, '2', '--description', 'Stamps']);
  const list = { tokens: [{ id: '2', description: 'Stamps', cards: 0 }] };
  list.tokens.push({ id: 'CLUB', description: 'Club card', cards: 0 });
  assert.deepEqual(await done(['token', 'list', id]), list);
  assert.match((await run(['token', 'list', id])).stdout, /CLUB .*Club card/);
  await refused(['token', 'add', id, 'X', '--description', ' '], 2, /description must not be/);
  await refused(['token', 'add', 'nobody', 'X', '--description', 'x'], 1, /no merchant nobody/);
  await refused(['token', 'list', 'nobody'], 1, /no merchant nobody/);
});
