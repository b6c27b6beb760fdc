import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from './config.ts';

const url = { SEQR_MQTT_URL: 'mqtt://127.0.0.1:1883' };

test('absent and empty settings have the defaults of the design', () => {
  const config = readConfig({ ...url, SEQR_DATA_DIR: '/data', SEQR_MERCHANT_ID: '' });
  assert.equal(config.port, 8081);
  assert.equal(config.merchantId, 'demo');
  assert.equal(config.walletUrl, null);
  assert.equal(config.recordPath, '/data/machines/record.sqlite');
  assert.match(config.fleetPath, /machine\/sandbox-fleet\.json$/);
});

test('a setting that cannot be used is named, and a password in it is not repeated', () => {
  const cases: [Record<string, string>, RegExp][] = [
    [{}, /^SEQR_MQTT_URL is missing/],
    [{ SEQR_MQTT_URL: 'http://u:secret@h' }, /^SEQR_MQTT_URL must be (?!.*secret)/],
    [{ SEQR_MQTT_URL: 'nonsense' }, /^SEQR_MQTT_URL must be/],
    [{ ...url, SEQR_MACHINE_PORT: '70000' }, /^SEQR_MACHINE_PORT must be a port/],
    [{ ...url, SEQR_MACHINE_PORT: '-1' }, /^SEQR_MACHINE_PORT/],
    [{ ...url, SEQR_MERCHANT_ID: 'a b' }, /^SEQR_MERCHANT_ID/],
    [{ ...url, SEQR_WALLET_URL: 'wallet' }, /^SEQR_WALLET_URL must be an address/],
    [{ ...url, SEQR_LOG_LEVEL: 'loud' }, /^SEQR_LOG_LEVEL must be one of trace, /],
  ];
  for (const [environment, message] of cases) {
    assert.throws(() => readConfig(environment), { name: 'ConfigError', message });
  }
});
