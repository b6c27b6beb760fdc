import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { OPERATION_NAMES, OPERATIONS } from '@seqr-ups/contract';
import type { OperationDeclaration, OperationName, SoapRequest } from '@seqr-ups/contract';
import {
  addTestMerchant,
  addTestTerminal,
  startSoapEdge,
  TERMINAL_PASSWORD,
  terminalContext,
  userContext,
} from '../../test/soap-platform.ts';
import type { SoapPlatform } from '../../test/soap-platform.ts';
import { hashPassword } from '../core/credential.ts';
import { setMerchant } from '../core/merchant.ts';

let platform: SoapPlatform;
let terminalId: string;

before(async () => {
  platform = await startSoapEdge();
  await addTestMerchant(platform.database.db, { id: 'cafe', password: 'shop-secret' });
  terminalId = await addTestTerminal(platform.database.db, 'cafe');
});
after(() => platform.stop());

type Context = SoapRequest<'cancelInvoice'>['context'];

/** Every operation with a context. */
const WITH_CONTEXT = OPERATION_NAMES.filter((operation) => operation !== 'benchmarkingNop');

/** The code that an operation answers to nothing but a context. */
async function codeOf(operation: OperationName, context: Context): Promise<number> {
  const request = { context, invoiceVersion: 0 };
  return (await platform.call(operation, request)).resultCode;
}

/** The code of a terminal's call; 54 means that it was let in, for it names no invoice. */
const terminalCode = (context: Context) => codeOf('cancelInvoice', context);
/** The code of a user's call; 22 means that it was let in, for it names no new password. */
const userCode = (context: Context) => codeOf('registerTerminal', context);

test('Without a whole principal of a known type every operation answers 29', async () => {
  const { initiatorPrincipalId: principal, ...rest } = terminalContext('t', 'p');
  const contexts: Context[] = [
    undefined,
    rest,
    { ...rest, initiatorPrincipalId: {} },
    { ...rest, initiatorPrincipalId: { id: principal.id } },
    { ...rest, initiatorPrincipalId: { id: '', type: 'TERMINALID' } },
    { ...rest, initiatorPrincipalId: { id: '46700000001', type: 'SUBSCRIBERMSISDN' } },
  ];
  for (const context of contexts) {
    for (const operation of WITH_CONTEXT) {
      assert.equal(await codeOf(operation, context), 29, operation);
    }
  }
});

test('An unknown terminal is 29, an unknown shop or user or a missing user 37', async () => {
  assert.equal(await terminalCode(terminalContext('nobody', TERMINAL_PASSWORD)), 29);
  assert.equal(await userCode(userContext('nowhere', '9900', 'shop-secret')), 37);
  assert.equal(await userCode(userContext('cafe', '9901', 'shop-secret')), 37);
  assert.equal(await userCode(userContext('cafe', '', 'shop-secret')), 37);
  assert.equal(await userCode(userContext('cafe/', '', 'shop-secret')), 37);
});

test('A wrong, empty or missing password is 20, for terminals and users', async () => {
  const { password: _terminal, ...noTerminalPassword } = terminalContext(terminalId, '');
  const { password: _user, ...noUserPassword } = userContext('cafe', '9900', '');
  assert.equal(await terminalCode(terminalContext(terminalId, 'wrong')), 20);
  assert.equal(await terminalCode(terminalContext(terminalId, '')), 20);
  assert.equal(await terminalCode(noTerminalPassword), 20);
  assert.equal(await terminalCode(terminalContext(terminalId, `${TERMINAL_PASSWORD} `)), 20);
  assert.equal(await userCode(userContext('cafe', '9900', 'wrong')), 20);
  assert.equal(await userCode(noUserPassword), 20);
});

test('A user is named apart, joined by the last slash, or with a misspelt type', async () => {
  const named = (id: string, type: string, userId?: string): Context => ({
    ...userContext('', '', 'shop-secret'),
    initiatorPrincipalId: { id, type, userId },
  });
  assert.equal(await userCode(named('cafe', 'RESELLERUSER', '9900')), 22);
  assert.equal(await userCode(named('cafe/9900', 'RESELLERUSER')), 22);
  assert.equal(await userCode(named('cafe/9900', 'RESELERUSER')), 22);
  assert.equal(await userCode(named('cafe', 'reselleruser', '9900')), 22);
  assert.equal(await userCode(named('CAFE', 'RESELLERUSER', '9900')), 37);
  const terminal = { ...terminalContext(terminalId, TERMINAL_PASSWORD) };
  const lower = { id: terminalId, type: 'terminalid', userId: '' };
  assert.equal(await terminalCode({ ...terminal, initiatorPrincipalId: lower }), 54);
});

test('A suspended terminal or a blocked shop is 33, but only with the right password', async () => {
  const { db } = platform.database;
  const suspended = await addTestTerminal(db, 'cafe');
  const setState = (state: string) =>
    db.statement((tx) =>
      tx.query(`update terminal set state = $2 where id = $1`, [suspended, state]),
    );
  await setState('SUSPENDED');
  assert.equal(await terminalCode(terminalContext(suspended, TERMINAL_PASSWORD)), 33);
  assert.equal(await terminalCode(terminalContext(suspended, 'wrong')), 20);
  await setState('ACTIVE');
  assert.equal(await terminalCode(terminalContext(suspended, TERMINAL_PASSWORD)), 54);
  await db.statement((tx) => setMerchant(tx, 'cafe', { state: 'BLOCKED' }));
  assert.equal(await terminalCode(terminalContext(suspended, TERMINAL_PASSWORD)), 33);
  assert.equal(await userCode(userContext('cafe', '9900', 'shop-secret')), 33);
  await db.statement((tx) => setMerchant(tx, 'cafe', { state: 'ACTIVE' }));
  assert.equal(await userCode(userContext('cafe', '9900', 'shop-secret')), 22);
});

test('A terminal password under four characters, set by an operator, is 21', async () => {
  const { db } = platform.database;
  const short = await addTestTerminal(db, 'cafe');
  const passwordHash = await hashPassword('abc');
  await db.statement((tx) =>
    tx.query(`update terminal set password_hash = $2 where id = $1`, [short, passwordHash]),
  );
  assert.equal(await terminalCode(terminalContext(short, 'abc')), 21);
});

test('A changed password counts at once, and the old one no longer', async () => {
  const { db } = platform.database;
  const changed = await addTestTerminal(db, 'cafe');
  assert.equal(await terminalCode(terminalContext(changed, TERMINAL_PASSWORD)), 54);
  const passwordHash = await hashPassword('another secret');
  await db.statement((tx) =>
    tx.query(`update terminal set password_hash = $2 where id = $1`, [changed, passwordHash]),
  );
  assert.equal(await terminalCode(terminalContext(changed, TERMINAL_PASSWORD)), 20);
  assert.equal(await terminalCode(terminalContext(changed, 'another secret')), 54);
});

test('The wrong type of principal is 21 for every operation', async () => {
  for (const operation of WITH_CONTEXT) {
    const { principals }: OperationDeclaration = OPERATIONS[operation];
    if (principals.length > 1) continue;
    const other = principals.includes('TERMINALID')
      ? userContext('cafe', '9900', 'shop-secret')
      : terminalContext(terminalId, TERMINAL_PASSWORD);
    assert.equal(await codeOf(operation, other), 21, operation);
  }
});

test('benchmarkingNop answers 0 to anybody', async () => {
  assert.deepEqual(await platform.call('benchmarkingNop', {}), {
    resultCode: 0,
    resultDescription: 'SUCCESS',
  });
});

test('An unknown caller learns nothing, whatever else the request says', async () => {
  const answer = await platform.call('sendInvoice', {
    context: terminalContext(terminalId, 'wrong'),
    invoice: { totalAmount: { currency: 'XXX', value: '1.005' }, notificationUrl: 'ftp://x' },
  });
  assert.deepEqual(answer, { resultCode: 20, resultDescription: 'AUTHENTICATION_FAILED' });
});
