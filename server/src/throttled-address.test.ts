import assert from 'node:assert/strict';
import { test } from 'node:test';
import { throttledAddress } from './throttled-address.ts';

test('Callers are told apart by IPv4 address, or by the /64 that an IPv6 customer is given', () => {
  assert.equal(throttledAddress('192.0.2.7'), '192.0.2.7');
  assert.equal(throttledAddress('::ffff:192.0.2.7'), '192.0.2.7');
  assert.equal(throttledAddress('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2::/64');
  assert.equal(throttledAddress('2001:db8:1:2::9'), '2001:db8:1:2::/64');
  assert.equal(throttledAddress('2001:db8::1'), '2001:db8:0:0::/64');
  assert.equal(throttledAddress('::1'), '0:0:0:0::/64');
  assert.equal(throttledAddress('fe80::1%eth0'), 'fe80:0:0:0::/64');
});
