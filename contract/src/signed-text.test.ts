import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isEasyPin } from './device.ts';
import { actText, approvalText, enrolmentText, limitsArgument } from './signed-text.ts';

const ID = '01890000-0000-7000-8000-00000000ABCD';

test('an approval is signed over purchase, version, payee, machine and maximum', () => {
  const approval = {
    purchaseId: ID,
    version: 3,
    merchantId: 'demo',
    machineToken: '1001',
    maximum: { value: '20.00', currency: 'EUR' },
  };
  assert.equal(
    approvalText(approval),
    'SEQR approval\n01890000-0000-7000-8000-00000000abcd\n3\ndemo\n1001\n20.00 EUR',
  );
  assert.match(approvalText({ ...approval, machineToken: null }), /\ndemo\n\n20\.00 EUR$/);
});

test('another device and every other act have texts of their own kind', () => {
  assert.equal(
    enrolmentText(ID, 'digest'),
    'SEQR device\n01890000-0000-7000-8000-00000000abcd\ndigest',
  );
  assert.equal(
    actText('SIGN_IN', '46700000001', '2026-11-24T09:00:00.000Z'),
    'SEQR act\nSIGN_IN\n46700000001\n2026-11-24T09:00:00.000Z',
  );
});

test('limits are signed in one order, whatever the order and extras of the object', () => {
  const zone = 'Europe/Berlin';
  const perDay = { currency: 'EUR', value: '5.00', extra: 1 };
  assert.equal(
    limitsArgument({ zone, perMonth: null, perDay, perPurchase: null }),
    '{"perPurchase":null,"perDay":{"value":"5.00","currency":"EUR"},"perMonth":null,' +
      '"zone":"Europe/Berlin"}',
  );
});

test('a PIN of one digit, or of digits in a row, is easily guessed', () => {
  for (const pin of ['0000', '1111', '1234', '0123', '7890', '4321', '9876', '3210', '0987']) {
    assert.ok(isEasyPin(pin), pin);
  }
  for (const pin of ['4711', '1357', '1122', '2580', '8012']) assert.ok(!isEasyPin(pin), pin);
});
