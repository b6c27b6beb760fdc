import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DatabaseError } from 'pg';
import { pino } from 'pino';
import { logOptions, shownMsisdn, shownUrl } from './log.ts';

function logged(write: (log: ReturnType<typeof pino>) => void): string {
  const lines: string[] = [];
  write(pino(logOptions('trace'), { write: (line: string) => lines.push(line) }));
  return lines.join('');
}

test('secrets that are logged by mistake are blanked', () => {
  const text = logged((log) => {
    log.info({ pin: 'hunter2', body: { password: 'hunter2' } });
    log.info({ request: { headers: { authorization: 'Bearer hunter2' } }, token: 'hunter2' });
    log.child({ purchaseId: '1' }).info({ initiatorPassword: 'hunter2' });
  });
  assert.doesNotMatch(text, /hunter2/);
  assert.match(text, /\[secret\]/);
});

test('of a database error the row at fault is not logged', () => {
  const error = new DatabaseError('duplicate key value violates unique constraint', 1, 'error');
  Object.assign(error, {
    code: '23505',
    constraint: 'customer_msisdn_key',
    detail: 'Key (msisdn)=(46700000001) already exists.',
    where: 'PL/pgSQL function with 46700000001',
  });
  const text = logged((log) => log.error({ err: new Error('outer', { cause: error }) }));
  assert.doesNotMatch(text, /46700000001/);
  assert.match(text, /23505/);
  assert.match(text, /customer_msisdn_key/);
  assert.match(text, /outer/);
});

test('a phone number shows three digits, an address its origin', () => {
  assert.equal(shownMsisdn('46700000001'), '…001');
  assert.equal(
    shownUrl('https://user:pw@vending.example:8443/n/secret?o=1'),
    'https://vending.example:8443',
  );
  assert.equal(shownUrl('nonsense'), '(not an address)');
});
