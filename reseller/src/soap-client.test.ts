import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { verdictOf } from './retry-rules.ts';
import type { ResellerOperation } from './retry-rules.ts';
import { merchantClient } from './soap-client.ts';
import type { Answer, MerchantClient, Terminal, TerminalCalls } from './soap-client.ts';
import { TestPlatform } from '../test/platform.ts';
import type { Trouble } from '../test/platform.ts';

const USER = { resellerId: 'demo', userId: '9900', password: 'demo' };
const EUR = (minor: bigint) => ({ minor, currency: 'EUR' });
const INVOICE = {
  title: 'Snacks & “more” <1>',
  clientInvoiceId: 's-1',
  total: EUR(2000n),
  notificationUrl: 'https://vending.example/seqr/n/x?a=1&b=2',
  commitReservationTimeoutS: 600,
};

let platform: TestPlatform;
let client: MerchantClient;
let terminal: Terminal;
let calls: TerminalCalls;

before(async () => {
  platform = await TestPlatform.start();
  client = merchantClient({ url: platform.url, deadlineMs: 2_000 });
  const answer = await register();
  assert.ok(answer.kind === 'ANSWER' && answer.terminalId !== null);
  terminal = { terminalId: answer.terminalId, password: 'secret' };
  calls = client.terminal(terminal);
});
after(async () => {
  await client.close();
  await platform.stop();
});

const register = () =>
  client.registerTerminal(USER, { externalTerminalId: 'm1', password: 'secret', name: 'Snacks' });

async function issued(): Promise<string> {
  const answer = await calls.sendInvoice(INVOICE);
  assert.ok(answer.kind === 'ANSWER' && answer.invoiceReference !== null);
  return answer.invoiceReference;
}

test('an invoice goes over the wire whole: mode, total, URL, timeout', async () => {
  const invoice = platform.invoice(await issued());
  assert.equal(invoice.terminalId, terminal.terminalId);
  assert.equal(invoice.total.minor, 2000n);
  assert.equal(invoice.notificationUrl, INVOICE.notificationUrl);
  assert.equal(invoice.timeoutS, 600);
});

test('a whole reservation: status, update, commit with its payment reference', async () => {
  const reference = await issued();
  platform.invoice(reference).state = 'RESERVED';
  const status = await calls.getPaymentStatus(reference);
  assert.equal(status.kind === 'ANSWER' && status.status, 'RESERVED');
  const line = { description: 'Crisps', quantity: 1, unitPrice: EUR(250n), total: EUR(250n) };
  const updated = await calls.updateInvoice(reference, [line], EUR(250n));
  assert.deepEqual(updated, { kind: 'ANSWER', code: 0 });
  const committed = await calls.commitReservation(reference, EUR(250n));
  assert.deepEqual(committed, { kind: 'ANSWER', code: 0, ersReference: `ers-${reference}` });
});

test('a refusal is an answer with its code, not an exception', async () => {
  const wrong = client.terminal({ ...terminal, password: 'wrong' });
  assert.deepEqual(await wrong.cancelInvoice('1'), { kind: 'ANSWER', code: 20 });
  assert.deepEqual(await calls.cancelInvoice('1'), { kind: 'ANSWER', code: 54 });
});

test('a terminal that has unregistered is refused with 29, which is its success too', async () => {
  const answer = await register();
  assert.ok(answer.kind === 'ANSWER' && answer.terminalId !== null);
  const own = client.terminal({ terminalId: answer.terminalId, password: 'secret' });
  assert.equal(verdictOf('unregisterTerminal', await own.unregisterTerminal()), 'DONE');
  const again = await own.unregisterTerminal();
  assert.equal(again.kind === 'ANSWER' && again.code, 29);
  assert.equal(verdictOf('unregisterTerminal', again), 'DONE');
});

/**
 * Each operation once, on an invoice or terminal of its own, and how to see that it was carried
 * out.
 */
const OPERATIONS: {
  readonly [name: string]: () => Promise<{
    call: () => Promise<Answer<object>>;
    effect: () => unknown;
    expected: unknown;
  }>;
} = {
  registerTerminal: async () => {
    const before = platform.terminals.size;
    return { call: register, effect: () => platform.terminals.size - before, expected: 2 };
  },
  unregisterTerminal: async () => {
    const answer = await register();
    assert.ok(answer.kind === 'ANSWER' && answer.terminalId !== null);
    const { terminalId } = answer;
    const own = client.terminal({ terminalId, password: 'secret' });
    return {
      call: () => own.unregisterTerminal(),
      effect: () => platform.terminals.has(terminalId),
      expected: false,
    };
  },
  sendInvoice: async () => {
    const before = platform.all.length;
    return {
      call: () => calls.sendInvoice(INVOICE),
      effect: () => platform.all.length - before,
      expected: 2,
    };
  },
  getPaymentStatus: async () => {
    const reference = await issued();
    return {
      call: () => calls.getPaymentStatus(reference),
      effect: () => platform.invoice(reference).state,
      expected: 'ISSUED',
    };
  },
  cancelInvoice: async () => {
    const reference = await issued();
    return {
      call: () => calls.cancelInvoice(reference),
      effect: () => platform.invoice(reference).state,
      expected: 'CANCELED',
    };
  },
  updateInvoice: async () => {
    const reference = await issued();
    platform.invoice(reference).state = 'RESERVED';
    return {
      call: () => calls.updateInvoice(reference, [], EUR(430n)),
      effect: () => platform.invoice(reference).updated?.minor,
      expected: 430n,
    };
  },
  commitReservation: async () => {
    const reference = await issued();
    platform.invoice(reference).state = 'RESERVED';
    return {
      call: () => calls.commitReservation(reference, EUR(430n)),
      effect: () => platform.invoice(reference).commits,
      expected: 1,
    };
  },
};

suite(
  'T5: a lost answer leaves the outcome unknown; repeating has the effect of the contract',
  () => {
    for (const [operation, prepare] of Object.entries(OPERATIONS)) {
      test(operation, async () => {
        const name = operation as ResellerOperation;
        const { call, effect, expected } = await prepare();
        platform.arm(name, { kind: 'CUT_AFTER' });
        const lost = await call();
        assert.equal(lost.kind, 'UNKNOWN');
        assert.equal(verdictOf(name, lost), 'REPEAT');
        const known = await call();
        assert.equal(verdictOf(name, known), 'DONE');
        assert.equal(effect(), expected);
      });
    }
  },
);

const NO_ANSWER = `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/">
  <e:Body/></e:Envelope>`;

suite('an answer that is none leaves the outcome unknown', () => {
  const troubles: { readonly [name: string]: Trouble } = {
    'the deadline passes': { kind: 'SILENT' },
    'a page of HTML with status 502': { kind: 'BODY', status: 502, body: '<html>busy</html>' },
    'an empty body': { kind: 'BODY', status: 200, body: '' },
    'an answer to another operation': {
      kind: 'BODY',
      status: 200,
      body: NO_ANSWER,
    },
    'a body without end': { kind: 'BODY', status: 200, body: ' '.repeat(300 * 1024) },
  };
  for (const [name, trouble] of Object.entries(troubles)) {
    test(name, async () => {
      platform.arm('getPaymentStatus', trouble);
      assert.equal((await calls.getPaymentStatus('1')).kind, 'UNKNOWN');
    });
  }

  test('nobody listens', async () => {
    const nowhere = merchantClient({ url: 'http://127.0.0.1:9/soap', deadlineMs: 300 });
    const answer = await nowhere.terminal(terminal).cancelInvoice('1');
    assert.equal(answer.kind, 'UNKNOWN');
    await nowhere.close();
  });
});
