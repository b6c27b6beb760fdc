import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSettings } from './config.ts';

function settings(environment: Record<string, string>) {
  const read = readSettings(environment);
  assert.ok(read.ok, read.ok ? '' : read.faults.join());
  return read.settings;
}

test('without any variable the settings are those of the design', () => {
  const usual = settings({});
  assert.equal(usual.host, '127.0.0.1');
  assert.equal(usual.port, 8080);
  assert.ok(usual.dataDir.endsWith('/.data'));
  assert.equal(usual.databaseUrl, null);
  assert.equal(usual.publicUrl, null);
  assert.equal(usual.tls, null);
  assert.deepEqual(usual.outboundAllow, []);
  assert.equal(usual.deviceSignature, 'REQUIRED');
  assert.equal(usual.connectTimeoutMs, 3_000);
  assert.equal(usual.createPurchaseTimeoutMs, 10_000);
  assert.equal(usual.notificationTimeoutMs, 10_000);
  assert.deepEqual(settings({ SEQR_PORT: '', DATABASE_URL: ' ' }), usual);
});

test('values are read precisely', () => {
  const read = settings({
    SEQR_PORT: '0',
    SEQR_PUBLIC_URL: 'https://pay.example/',
    SEQR_OUTBOUND_ALLOW: '127.0.0.0/8, ::1/128,10.0.0.1',
    SEQR_TLS_CERT: '/etc/cert.pem',
    SEQR_TLS_KEY: '/etc/key.pem',
    SEQR_PIN_KEY: 'ab'.repeat(32),
    SEQR_DEVICE_SIGNATURE: 'optional',
  });
  assert.equal(read.port, 0);
  assert.equal(read.deviceSignature, 'OPTIONAL');
  assert.equal(read.publicUrl, 'https://pay.example');
  assert.deepEqual(read.outboundAllow, ['127.0.0.0/8', '::1/128', '10.0.0.1']);
  assert.deepEqual(read.tls, { certificatePath: '/etc/cert.pem', keyPath: '/etc/key.pem' });
  assert.deepEqual(read.pinKey, Buffer.alloc(32, 0xab));
});

const WRONG: readonly (readonly [string, string])[] = [
  ['SEQR_PORT', 'http'],
  ['SEQR_PORT', '65536'],
  ['SEQR_PORT', '-1'],
  ['SEQR_PORT', '80.5'],
  ['SEQR_PUBLIC_URL', 'pay.example'],
  ['SEQR_PUBLIC_URL', 'ftp://pay.example'],
  ['SEQR_PUBLIC_URL', 'https://pay.example/?a=b'],
  ['DATABASE_URL', 'mysql://x'],
  ['SEQR_TLS_CERT', '/etc/cert.pem'],
  ['SEQR_OUTBOUND_ALLOW', '127.0.0.0/33'],
  ['SEQR_OUTBOUND_ALLOW', 'localhost'],
  ['SEQR_OUTBOUND_ALLOW', '::1/129'],
  ['SEQR_TRUSTED_PROXIES', '10.0.0.0/x'],
  ['SEQR_LOG_LEVEL', 'loud'],
  ['SEQR_DEVICE_SIGNATURE', 'yes'],
  ['SEQR_PIN_KEY', 'short'],
  ['SEQR_TOKEN_KEY', 'zz'.repeat(32)],
  ['SEQR_CREATE_PURCHASE_TIMEOUT_MS', '15000'],
  ['SEQR_NOTIFICATION_TIMEOUT_MS', '15000'],
  ['SEQR_EXPIRE_INTERVAL_MS', '0'],
  ['SEQR_REQUESTS_MAX', '0'],
];

for (const [name, value] of WRONG) {
  test(`${name}=${value} is refused in one sentence that names it`, () => {
    const read = readSettings({ [name]: value });
    assert.ok(!read.ok);
    assert.equal(read.faults.length, 1);
    assert.match(read.faults[0] ?? '', new RegExp(`^${name}\\b.*\\.$`));
  });
}

test('every fault is named, and no secret is repeated', () => {
  const read = readSettings({
    SEQR_PORT: 'x',
    DATABASE_URL: 'mysql://user:hunter2@host/db',
    SEQR_PIN_KEY: 'hunter2',
  });
  assert.ok(!read.ok);
  assert.equal(read.faults.length, 3);
  assert.doesNotMatch(read.faults.join(), /hunter2/);
});
