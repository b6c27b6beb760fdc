import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressGuard } from './address.ts';

const REFUSED: Readonly<Record<string, readonly string[]>> = {
  'this machine': ['127.0.0.1', '127.255.255.254', '::1', '0.0.0.0', '::', '0.1.2.3'],
  'private networks': [
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    'fd00::1',
    'fc00::1',
  ],
  'shared and link-local': [
    '100.64.0.1',
    '100.127.255.255',
    '169.254.1.1',
    'fe80::1',
    'fe80::1%lo',
    'febf::1',
    'fec0::1',
  ],
  'metadata services': [
    '169.254.169.254',
    '169.254.170.2',
    '100.100.100.200',
    '192.0.0.192',
    'fd00:ec2::254',
    '::ffff:169.254.169.254',
  ],
  'IPv4 written as IPv6': [
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:8.8.8.8',
    '::127.0.0.1',
    '::ffff:0:127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b:1::1',
    '2002:7f00:1::',
    '2002:a9fe:a9fe::1',
    '2001:0:53aa:64c::1',
  ],
  'documentation and tests': [
    '192.0.2.1',
    '198.51.100.1',
    '203.0.113.1',
    '198.18.0.1',
    '198.19.255.255',
    '2001:db8::1',
    '3fff::1',
  ],
  'not one host': [
    '224.0.0.1',
    '239.255.255.255',
    '255.255.255.255',
    '240.0.0.1',
    'ff02::1',
    '192.88.99.1',
  ],
  'not an address': [
    'localhost',
    '2130706433',
    '0x7f.1',
    '127.1',
    '0177.0.0.1',
    '',
    '[::1]',
    '1.2.3.4.5',
    '8.8.8.8/0',
  ],
};

for (const [what, addresses] of Object.entries(REFUSED)) {
  test(`refused: ${what}`, () => {
    const mayReach = addressGuard([]);
    for (const address of addresses) assert.equal(mayReach(address), false, address);
  });
}

test('public addresses may be reached', () => {
  const mayReach = addressGuard([]);
  for (const address of [
    '8.8.8.8',
    '1.1.1.1',
    '172.15.0.1',
    '172.32.0.1',
    '100.63.0.1',
    '192.0.1.1',
    '223.255.255.254',
    '2a00:1450::1',
    '2606:4700::1111',
    '2001:4860:4860::8888',
  ]) {
    assert.equal(mayReach(address), true, address);
  }
});

test('what the operator allows may be reached, and nothing beside it', () => {
  const mayReach = addressGuard(['127.0.0.0/8', '::1/128', '10.1.2.3']);
  for (const address of ['127.0.0.1', '127.9.9.9', '::1', '10.1.2.3']) {
    assert.equal(mayReach(address), true, address);
  }
  for (const address of ['10.1.2.4', '::2', '169.254.169.254', '192.168.0.1']) {
    assert.equal(mayReach(address), false, address);
  }
});
