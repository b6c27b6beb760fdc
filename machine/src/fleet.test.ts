import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, test } from 'node:test';
import { MACHINE_FACES } from '@seqr-ups/contract';
import { scratch } from '../test/fleet.ts';
import { parseFleet, readFleet } from './fleet.ts';

const { dir, remove } = scratch();
after(remove);

const product = { slot: 1, name: 'Tea', price: { value: '1.80', currency: 'EUR' }, stock: 5 };
const machine = {
  token: '1',
  name: 'Tea',
  place: null,
  products: [product],
  singleVend: true,
  vendMs: 600,
  jammingSlots: [],
  outOfService: false,
};

test('the sandbox fleet is the eleven machines of the design', () => {
  const fleet = readFleet(fileURLToPath(new URL('../sandbox-fleet.json', import.meta.url)));
  const find = (token: string) => fleet.find((machine) => machine.token === token);
  const tokens = Array.from({ length: 11 }, (_, index) => String(1001 + index));
  assert.deepEqual(
    fleet.map(({ token }) => token),
    tokens,
  );
  assert.deepEqual(
    fleet.filter(({ singleVend }) => !singleVend).map(({ token }) => token),
    ['1008'],
  );
  assert.equal(find('1001')?.products[0]?.price.value, '2.50');
  assert.equal(find('1002')?.outOfService, true);
  assert.equal(find('1003')?.products[0]?.price.value, '25.00');
  assert.deepEqual(find('1006')?.jammingSlots, [1]);
  assert.deepEqual(
    find('1008')?.products.map(({ slot, price }) => [slot, price.value]),
    [
      [1, '2.50'],
      [2, '1.80'],
      [3, '3.20'],
    ],
  );
  assert.deepEqual(find('1008')?.jammingSlots, [3]);
  assert.deepEqual(new Set(fleet.map(({ face }) => face)), new Set(MACHINE_FACES));
});

test('a fleet file that says nothing of face, language and measures has the usual ones', () => {
  const [plain] = parseFleet([machine]);
  assert.deepEqual([plain?.face, plain?.language, plain?.measures], ['SPIRAL', null, []]);
});

test('a machine keeps the code that was printed for it, if that is its own', () => {
  const code = `HTTP://SEQR.SE/000/ups?w=demo&t=1&s=${'A'.repeat(86)}`;
  assert.equal(parseFleet([{ ...machine, code }])[0]?.code, code);
  assert.equal(parseFleet([{ ...machine, code: null }])[0]?.code, undefined);
  for (const wrong of [1, '', 'HTTP://SEQR.SE/000/ups?w=demo&t=2', 'HTTP://SEQR.SE/Q1']) {
    assert.throws(
      () => parseFleet([{ ...machine, code: wrong }]),
      /machine "1": code must be the text of its own code/,
    );
  }
});

test('a fleet names the place of its first mistake', () => {
  const cases: [unknown, RegExp][] = [
    [{}, /^the file must be an array of 1 to 1024/],
    [[], /^the file must be an array of 1 to/],
    [[1], /^machine 1 must be an object/],
    [[machine, { ...machine, token: 'a/b' }], /^machine 2: token must be/],
    [[{ ...machine, token: '..' }], /^machine 1: token must be/],
    [[{ ...machine, token: '+' }], /^machine 1: token must be/],
    [[machine, machine], /^the file has token 1 twice/],
    [[{ ...machine, name: ' ' }], /^machine "1": name must be a text/],
    [[{ ...machine, place: 7 }], /^machine "1": place must be a text/],
    [[{ ...machine, singleVend: 'yes' }], /^machine "1": singleVend must be true or false/],
    [[{ ...machine, vendMs: -1 }], /^machine "1": vendMs must be a whole number from 0/],
    [[{ ...machine, vendMs: 0.5 }], /^machine "1": vendMs/],
    [[{ ...machine, jammingSlots: [2] }], /^machine "1": jammingSlots names a slot 2/],
    [[{ ...machine, face: 'KIOSK' }], /^machine "1": face must be one of COFFEE, SPIRAL/],
    [[{ ...machine, language: 'fi' }], /^machine "1": language must be one of en, sv/],
    [[{ ...machine, measures: [{ slot: 2 }] }], /^machine "1": measures\[0\] names a slot 2/],
    [
      [{ ...machine, measures: [{ slot: 1, amount: 0, unit: 'MINUTE' }] }],
      /^machine "1": measures\[0\].amount must be a whole number from 1/,
    ],
    [[{ ...machine, products: [] }], /^machine "1": products must be an array of 1/],
    [[{ ...machine, products: [product, product] }], /^machine "1" has slot 1 twice/],
    [[{ ...machine, products: [{ ...product, slot: 0 }] }], /^machine "1": products\[0\].slot/],
    [[{ ...machine, products: [{ ...product, stock: '5' }] }], /products\[0\].stock must be/],
  ];
  for (const [fleet, message] of cases) {
    assert.throws(() => parseFleet(fleet), { name: 'FleetError', message });
  }
  for (const value of [1.8, '1,80', '1.805', '0.00', '-1.00', '1e2']) {
    const price = { value, currency: 'EUR' };
    const fleet = [{ ...machine, products: [{ ...product, price }] }];
    assert.throws(() => parseFleet(fleet), /products\[0\].price must be an amount above 0/);
  }
});

test('a file that is missing or no JSON is named', () => {
  const path = join(dir, 'fleet.json');
  assert.throws(() => readFleet(path), /^FleetError: The fleet file .* cannot be read: ENOENT/);
  writeFileSync(path, '[{');
  assert.throws(() => readFleet(path), /^FleetError: The fleet file .* is not usable: /);
});
