import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { PNG } from 'pngjs';
import { decodeQR } from 'qr/decode.js';
import { testDatabase } from '../../server/test/database.ts';
import { openShop } from '../../server/test/shop.ts';
import { command } from './test/command-line.ts';
import type { Ended } from './test/command-line.ts';

const { db, url, drop } = await testDatabase();
const directory = await mkdtemp(join(tmpdir(), 'seqr-cli-money-'));
after(async () => {
  await drop();
  await rm(directory, { recursive: true, force: true });
});
const environment = { DATABASE_URL: url, SEQR_DATA_DIR: directory, SEQR_PIN_KEY: '07'.repeat(32) };
const run = (...words: readonly string[]): Promise<Ended> => command(words, { environment });

async function done(...words: readonly string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await run(...words, '--json');
  assert.deepEqual([code, stderr], [0, ''], words.join(' '));
  return JSON.parse(stdout) as Record<string, unknown>;
}

async function refused(words: readonly string[], code: 1 | 2, sentence: RegExp): Promise<void> {
  const ended = await run(...words);
  assert.equal(ended.code, code, words.join(' '));
  assert.equal(ended.stdout, '');
  assert.match(ended.stderr, sentence);
}

const eur = (value: string) => ({ value, currency: 'EUR' });
await done('customer', 'add', '46700000101', '--name', 'Ann', '--currency', 'EUR');
const CUSTOMER = ['--customer', '+46 700000101'];

test('money comes in and goes out exactly', async () => {
  const funded = await done('account', 'fund', '0.10', 'EUR', ...CUSTOMER);
  assert.deepEqual(funded['balance'], eur('0.10'));
  await done('account', 'fund', '0.20EUR', ...CUSTOMER);
  const out = await done('account', 'payout', ...CUSTOMER, '0.01 eur');
  assert.deepEqual(out, {
    msisdn: '46700000101',
    balance: eur('0.29'),
    held: eur('0.00'),
    available: eur('0.29'),
  });
  assert.deepEqual(await done('account', 'show', ...CUSTOMER), out);
  assert.match((await run('account', 'show', ...CUSTOMER)).stdout, /balance +│ 0\.29 EUR/);
});

test('a payout leaves what is held, and takes nothing that is not there', async () => {
  const shop = await openShop(db);
  const customerId = await shop.customer(50_00n);
  const { reference } = await shop.reserve(customerId);
  const merchant = ['--merchant', shop.merchantId];
  assert.deepEqual((await done('account', 'show', ...merchant))['held'], eur('15.00'));
  await refused(['account', 'payout', '0.01 EUR', ...merchant], 1, /not so much available/);
  await shop.commit(reference, 250n);
  await refused(['account', 'payout', '2.51 EUR', ...merchant], 1, /nothing was moved/);
  const paid = await done('account', 'payout', '2.50 EUR', ...merchant);
  assert.deepEqual([paid['balance'], paid['held']], [eur('0.00'), eur('0.00')]);
  assert.deepEqual(await done('audit'), { findings: [] });
});

test('no money moves by a command that is not clear', async () => {
  const before = await done('account', 'show', ...CUSTOMER);
  await refused(['account', 'fund', '1 EUR'], 2, /Whose account\?/);
  await refused(['account', 'show', ...CUSTOMER, '--merchant', 'x'], 2, /one of them/);
  await refused(['account', 'fund', '1', ...CUSTOMER], 2, /no amount with its currency/);
  await refused(['account', 'fund', '1.005 EUR', ...CUSTOMER], 2, /at most 2 digits/);
  await refused(['account', 'fund', '0 EUR', ...CUSTOMER], 2, /above zero/);
  await refused(['account', 'fund', '1 SEK', ...CUSTOMER], 1, /is in another currency/);
  await refused(['account', 'payout', '1 SEK', ...CUSTOMER], 1, /is in another currency/);
  const stranger = ['--customer', '46700000999'];
  await refused(['account', 'fund', '1 EUR', ...stranger], 1, /no customer 46700000999/);
  await refused(['account', 'show', ...stranger], 1, /no customer 46700000999/);
  await refused(['account', 'payout', '1 EUR', '--merchant', 'nobody'], 1, /no merchant nobody/);
  assert.deepEqual(await done('account', 'show', ...CUSTOMER), before);
});

test('the audit names what is wrong and ends with 1', async () => {
  const clean = await run('audit');
  assert.deepEqual([clean.code, clean.stdout], [0, 'The books are in order.\n']);
  const spoil = (by: string): Promise<unknown> =>
    db.statement((tx) =>
      tx.query(`update account set credits_posted = credits_posted + ${by} where owner = 'CUSTOMER'
        and customer_id = (select id from customer where msisdn = '46700000101')`),
    );
  await spoil('1');
  const found = await run('audit');
  assert.equal(found.code, 1);
  assert.match(found.stdout, /invariant .*where .*what is wrong/);
  assert.match(found.stdout, /1 .*currency EUR .*debits and credits differ/);
  const json = await run('audit', '--json');
  assert.equal(json.code, 1);
  const { findings } = JSON.parse(json.stdout) as { findings: { invariant: number }[] };
  assert.deepEqual(
    findings.map(({ invariant }) => invariant),
    [1, 2],
  );
  await spoil('-1');
});

test("a machine's code is drawn so that it reads back", async () => {
  const file = join(directory, 'k1.png');
  const { code, stdout } = await run('qr', 'Acme', 'K-1', '--output', file);
  assert.deepEqual([code, stdout], [0, `${file}: HTTP://SEQR.SE/000/ups?w=Acme&t=K-1\n`]);
  const image = PNG.sync.read(await readFile(file));
  assert.deepEqual([image.width, image.height], [370, 370]); // (33 + 2 × 2) modules of 10
  assert.equal(decodeQR(image), 'HTTP://SEQR.SE/000/ups?w=Acme&t=K-1');

  const own = await run('qr', 'a', 'b', '--format', 'png', '--scale', '4', '--host', 'pay.example');
  const small = PNG.sync.read(own.bytes);
  assert.equal(small.width, 148);
  assert.equal(decodeQR(small), 'HTTP://PAY.EXAMPLE/000/ups?w=a&t=b');

  const svg = await run('qr', 'a', 'b');
  assert.match(svg.stdout, /^<svg viewBox="0 0 37 37" [^>]*><rect [^>]*fill="#fff"\/><path .*\n$/);
});

test('a code that the print rules do not allow is refused with what to do', async () => {
  const eleven = 'a'.repeat(11);
  assert.equal((await run('qr', eleven, eleven)).code, 0);
  await refused(['qr', eleven, `${eleven}b`], 1, /51 characters and the print guidelines allow 50/);
  assert.equal((await run('qr', eleven, 'a'.repeat(23), '--long')).code, 0);
  await refused(
    ['qr', eleven, 'a'.repeat(24), '--long'],
    1,
    /63 characters.*choose shorter ids\.$/,
  );
});

test('a code is not drawn on wrong terms', async () => {
  await refused(['qr', 'a', 'b', '--format', 'gif'], 2, /svg or png/);
  await refused(['qr', 'a', 'b', '--format', 'svg', '--output', 'x.png'], 2, /disagree/);
  await refused(['qr', 'a', 'b', '--scale', '0'], 2, /from 1 to 64/);
  await refused(['qr', 'a', 'b', '--scale', 'big'], 2, /from 1 to 64/);
  await refused(['qr', 'a', 'b', '--host', 'http://x/'], 2, /is no host/);
  await refused(['qr', 'a&b', 'b'], 2, /A merchant id must be/);
  const nowhere = join(directory, 'no', 'x.svg');
  await refused(['qr', 'a', 'b', '--output', nowhere], 1, /cannot be written: ENOENT/);
  const onScreen = await command(['qr', 'a', 'b', '--format', 'png'], { tty: true });
  assert.equal(onScreen.code, 1);
  assert.match(onScreen.stderr, /name a file by --output/);
});
