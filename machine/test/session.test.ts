import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { scratch, startFleet, testMachine } from './fleet.ts';
import { Reseller, startBroker, until } from './reseller.ts';

const { dir, remove } = scratch();
let broker: Awaited<ReturnType<typeof startBroker>>;
let fleet: Awaited<ReturnType<typeof startFleet>>;
let reseller: Reseller;

/** One machine for each behaviour, so that none disturbs another. */
const TOKENS = {
  lease: testMachine('lease'),
  expiry: testMachine('expiry'),
  several: testMachine('several'),
  single: testMachine('single', { singleVend: true }),
  jam: testMachine('jam', { singleVend: true }),
  denied: testMachine('denied'),
  silent: testMachine('silent'),
  deadline: testMachine('deadline', { vendMs: 2500 }),
  asking: testMachine('asking'),
  funds: testMachine('funds'),
  soldout: testMachine('soldout', {
    products: [{ slot: 1, name: 'Last', price: { value: '1.00', currency: 'EUR' }, stock: 1 }],
    jammingSlots: [],
  }),
  out: testMachine('out', { outOfService: true }),
  end: testMachine('end', { vendMs: 200 }),
  void: testMachine('void'),
  garbage: testMachine('garbage'),
  repeat: testMachine('repeat'),
  once: testMachine('once'),
  display: testMachine('display'),
  countdown: testMachine('countdown'),
  laundry: testMachine('laundry', {
    face: 'LAUNDRY',
    singleVend: true,
    measures: [{ slot: 1, amount: 42, unit: 'MINUTE' }],
  }),
};

before(async () => {
  broker = await startBroker();
  fleet = await startFleet(dir, broker.url, Object.values(TOKENS));
  reseller = await Reseller.connect(broker.url);
});

after(async () => {
  await reseller.close();
  await fleet.stop();
  await broker.stop();
  remove();
});

/** Each on its own machine, so all at the same time. */
const BEHAVIOUR: Record<string, () => Promise<void>> = {
  'a lease excludes others until it is released, and the same lease again renews it': async () => {
    const stateIs = (name: 'IDLE' | 'LEASED') => reseller.stateIs('lease', name);
    await stateIs('IDLE');
    const lease = (leaseId: string) =>
      reseller.ask('lease', { type: 'LEASE', leaseId, expiresInMs: 60_000 });
    assert.equal((await lease('A')).type, 'LEASED');
    await stateIs('LEASED');
    assert.equal((await lease('A')).type, 'LEASED');
    const busy = await lease('B');
    assert.deepEqual([busy.type, 'reason' in busy && busy.reason], ['REFUSED', 'BUSY']);
    const unknown = await reseller.ask('lease', { type: 'RELEASE', leaseId: 'B' });
    assert.equal(unknown.type, 'RELEASED');
    assert.equal((await lease('A')).type, 'LEASED');
    await reseller.ask('lease', { type: 'RELEASE', leaseId: 'A' });
    await stateIs('IDLE');
    assert.equal((await lease('B')).type, 'LEASED');
  },

  'a lease ends by itself, and an unlock under it is then refused': async () => {
    await reseller.stateIs('expiry', 'IDLE');
    await reseller.ask('expiry', { type: 'LEASE', leaseId: 'A', expiresInMs: 60 });
    await until('the end of the lease', () => fleet.machine('expiry').snapshot().state === 'IDLE');
    const begun = await reseller.ask('expiry', {
      type: 'BEGIN_SESSION',
      leaseId: 'A',
      invoiceReference: 'expiry-1',
      funds: { value: '20.00', currency: 'EUR' },
      expiresInMs: 60_000,
    });
    assert.equal(begun.type === 'REFUSED' && begun.reason, 'BUSY');
    assert.equal(fleet.record.isUnlocked('expiry'), false);
  },

  'several products are taken in one session, and its end lists each of them': async () => {
    const reference = 'several-1';
    assert.equal((await reseller.unlock('several', reference)).type, 'SESSION_BEGUN');
    assert.equal(fleet.record.isUnlocked('several'), true);
    const machine = fleet.machine('several');
    const results = [];
    for (const slot of [1, 2, 3]) {
      const selected = machine.select(slot);
      await reseller.answer('several', reference, true, slot);
      results.push((await selected).result);
    }
    assert.deepEqual(results, ['VENDED', 'VENDED', 'JAMMED']);
    await reseller.hears('VEND_SUCCESS', reference, 2);
    const { vend: jammed } = await reseller.hears('VEND_FAILURE', reference);
    assert.equal(jammed.result, 'JAMMED');
    await machine.finish();
    assert.equal(fleet.record.isUnlocked('several'), false);
    const { vends } = await reseller.hears('SESSION_COMPLETE', reference);
    assert.deepEqual(
      vends.map(({ slot, result, price }) => [slot, result, price.value]),
      [
        [1, 'VENDED', '2.50'],
        [2, 'VENDED', '1.80'],
        [3, 'JAMMED', '3.20'],
      ],
    );
    const { products } = await reseller.stateIs('several', 'IDLE');
    assert.deepEqual(
      products.map(({ stock }) => stock),
      [2, 2, 3],
      'only what was delivered is missing',
    );
  },

  'a single-vend machine ends its session by itself after its first vend': async () => {
    await reseller.unlock('single', 'single-1');
    const selected = fleet.machine('single').select(1);
    await reseller.stateIs('single', 'VENDING');
    await reseller.answer('single', 'single-1', true);
    assert.equal((await selected).result, 'VENDED');
    const { vends } = await reseller.hears('SESSION_COMPLETE', 'single-1');
    assert.equal(vends.length, 1);
    await reseller.stateIs('single', 'IDLE');
    assert.equal((await fleet.machine('single').select(1)).result, 'REFUSED');
  },

  'a single-vend machine ends its session also after a jam': async () => {
    await reseller.unlock('jam', 'jam-1');
    const selected = fleet.machine('jam').select(3);
    await reseller.answer('jam', 'jam-1', true);
    assert.equal((await selected).result, 'JAMMED');
    const { vends } = await reseller.hears('SESSION_COMPLETE', 'jam-1');
    assert.equal(vends[0]?.result, 'JAMMED');
  },

  'without approval nothing moves, and the customer may choose again': async () => {
    await reseller.unlock('denied', 'denied-1');
    const machine = fleet.machine('denied');
    const first = machine.select(1);
    assert.equal((await machine.select(2)).result, 'REFUSED', 'one at a time');
    await reseller.answer('denied', 'denied-1', false);
    assert.equal((await first).result, 'REFUSED');
    assert.equal(machine.snapshot().state, 'UNLOCKED');
    const second = machine.select(1);
    await reseller.answer('denied', 'denied-1', true, 2);
    assert.equal((await second).result, 'VENDED');
    assert.equal(fleet.record.findSession('denied', 'denied-1').vends.length, 1);
  },

  'a silent reseller is asked again, then the selection is given up and said so': async () => {
    await reseller.unlock('silent', 'silent-1');
    const selected = await fleet.machine('silent').select(1);
    assert.equal(selected.result, 'REFUSED');
    const asked = reseller.heard('VEND_REQUEST', 'silent-1');
    assert.ok(asked.length > 1, 'asked again');
    assert.equal(new Set(asked.map(({ vendId }) => vendId)).size, 1, 'about the same vend');
    const { vend } = await reseller.hears('VEND_FAILURE', 'silent-1');
    assert.equal(vend.result, 'REFUSED');
    await reseller.answer('silent', 'silent-1', true);
    await reseller.ask('silent', { type: 'REPORT', invoiceReference: 'silent-1' });
    assert.equal(fleet.machine('silent').snapshot().state, 'UNLOCKED', 'a late approval is void');
    assert.deepEqual(fleet.record.findSession('silent', 'silent-1').vends, []);
  },

  'at its deadline a session lets a running vend end, then locks by itself': async () => {
    await reseller.unlock('deadline', 'deadline-1', 2000);
    const selected = fleet.machine('deadline').select(1);
    await reseller.answer('deadline', 'deadline-1', true);
    assert.equal((await selected).result, 'VENDED');
    const { vends } = await reseller.hears('SESSION_COMPLETE', 'deadline-1');
    assert.equal(vends[0]?.result, 'VENDED');
    assert.equal(fleet.record.isUnlocked('deadline'), false);
  },

  'at its deadline a session starts no vend that was only asked for': async () => {
    await reseller.unlock('asking', 'asking-1', 100);
    assert.equal((await fleet.machine('asking').select(1)).result, 'REFUSED');
    const { vends } = await reseller.hears('SESSION_COMPLETE', 'asking-1');
    assert.deepEqual(vends, []);
    await reseller.stateIs('asking', 'IDLE');
  },

  'nothing dearer than what is left of the reservation is asked for': async () => {
    await reseller.unlock('funds', 'funds-1', 60_000, '4.00');
    const machine = fleet.machine('funds');
    const first = machine.select(1);
    await reseller.answer('funds', 'funds-1', true);
    await first;
    assert.equal((await machine.select(2)).result, 'REFUSED');
    assert.equal(reseller.heard('VEND_REQUEST', 'funds-1').length, 1);
  },

  'a machine that has sold out is out of service': async () => {
    await reseller.unlock('soldout', 'soldout-1');
    const machine = fleet.machine('soldout');
    const selected = machine.select(1);
    await reseller.answer('soldout', 'soldout-1', true);
    await selected;
    assert.equal((await machine.select(1)).result, 'REFUSED');
    await machine.finish();
    await reseller.stateIs('soldout', 'OUT_OF_SERVICE');
    assert.equal(machine.snapshot().display, 'Sold out');
  },

  'a machine out of service takes no lease': async () => {
    await reseller.stateIs('out', 'OUT_OF_SERVICE');
    const lease = { type: 'LEASE', leaseId: 'A', expiresInMs: 1000 } as const;
    const refused = await reseller.ask('out', lease);
    assert.equal(refused.type === 'REFUSED' && refused.reason, 'OUT_OF_SERVICE');
  },

  'END_SESSION during a vend is answered with the whole session once the vend is over':
    async () => {
      await reseller.unlock('end', 'end-1');
      const selected = fleet.machine('end').select(1);
      await reseller.answer('end', 'end-1', true);
      const report = await reseller.ask('end', { type: 'END_SESSION', invoiceReference: 'end-1' });
      assert.equal((await selected).result, 'VENDED');
      assert.ok(report.type === 'SESSION_REPORT');
      assert.equal(report.progress, 'COMPLETE');
      assert.deepEqual(
        report.vends.map(({ result }) => result),
        ['VENDED'],
      );
      assert.deepEqual(reseller.heard('SESSION_COMPLETE', 'end-1'), [], 'nothing left to tell');
      const again = await reseller.ask('end', { type: 'END_SESSION', invoiceReference: 'end-1' });
      assert.deepEqual({ ...again, replyTo: report.replyTo }, report);
    },

  'a reference whose end came before its beginning never unlocks': async () => {
    const report = await reseller.ask('void', { type: 'REPORT', invoiceReference: 'void-1' });
    assert.equal(report.type === 'SESSION_REPORT' && report.progress, 'UNKNOWN');
    const end = await reseller.ask('void', { type: 'END_SESSION', invoiceReference: 'void-1' });
    assert.equal(end.type === 'SESSION_REPORT' && end.progress, 'UNKNOWN');
    const late = await reseller.unlock('void', 'void-1');
    assert.equal(late.type === 'REFUSED' && late.reason, 'ALREADY_USED');
    assert.equal(fleet.record.isUnlocked('void'), false);
  },

  'a reference unlocks once: not while it is open, not after it has ended': async () => {
    const unlockAgain = async () => {
      const begun = await reseller.ask('once', {
        type: 'BEGIN_SESSION',
        leaseId: 'whatever',
        invoiceReference: 'once-1',
        funds: { value: '20.00', currency: 'EUR' },
        expiresInMs: 1000,
      });
      return begun.type === 'REFUSED' && begun.reason;
    };
    await reseller.unlock('once', 'once-1');
    assert.equal(await unlockAgain(), 'ALREADY_USED');
    await reseller.ask('once', { type: 'END_SESSION', invoiceReference: 'once-1' });
    assert.equal(await unlockAgain(), 'ALREADY_USED');
  },

  'what is not a command, and a retained command, is ignored': async () => {
    await reseller.stateIs('garbage', 'IDLE');
    const lease = { type: 'LEASE', id: 'x', leaseId: 'A', expiresInMs: 60_000 };
    reseller.sendRaw('garbage', 'no JSON');
    reseller.sendRaw('garbage', Buffer.from([0xff, 0xfe]));
    reseller.sendRaw('garbage', '[]');
    reseller.sendRaw('garbage', JSON.stringify({ ...lease, type: 'EXPLODE' }));
    reseller.sendRaw('garbage', JSON.stringify({ ...lease, expiresInMs: '60000' }));
    reseller.sendRaw('garbage', JSON.stringify({ ...lease, leaseId: 'y'.repeat(20_000) }));
    reseller.sendRaw('garbage', JSON.stringify(lease), true);
    const report = await reseller.ask('garbage', { type: 'REPORT', invoiceReference: 'none' });
    assert.equal(report.type, 'SESSION_REPORT');
    assert.equal(fleet.machine('garbage').snapshot().state, 'LEASED', 'delivered live, it counts');
    reseller.sendRaw('garbage', '', true);
  },

  'the end of a session is repeated until it is acknowledged, then no more': async () => {
    await reseller.unlock('repeat', 'repeat-1');
    await fleet.machine('repeat').finish();
    await reseller.hears('SESSION_COMPLETE', 'repeat-1', 3);
    await reseller.ask('repeat', { type: 'END_SESSION', invoiceReference: 'repeat-1' });
    assert.deepEqual(fleet.record.untoldSessions('repeat'), []);
    const told = reseller.heard('SESSION_COMPLETE', 'repeat-1').length;
    await reseller.unlock('repeat', 'repeat-2');
    await fleet.machine('repeat').finish();
    await reseller.hears('SESSION_COMPLETE', 'repeat-2', 2);
    assert.equal(reseller.heard('SESSION_COMPLETE', 'repeat-1').length, told);
  },

  'the display tells the customer what to do, in the language of whoever looks': async () => {
    const machine = fleet.machine('display');
    const shows = (...lines: string[]) =>
      until(lines.join(' '), () => machine.snapshot().display === lines.join('\n'));
    await shows('Please scan', 'the code to pay');
    assert.equal(machine.snapshot('sv').display, 'Skanna koden\nför att betala');
    const lease = { type: 'LEASE', leaseId: 'A', expiresInMs: 60_000 } as const;
    await reseller.ask('display', lease);
    await shows('Confirm with PIN', 'on your phone');
    await reseller.ask('display', { type: 'RELEASE', leaseId: 'A' });
    await reseller.unlock('display', 'display-1');
    await shows('Please choose', 'Credit 20.00 EUR');
    const jamming = machine.select(3);
    await shows('Bar', 'One moment, please');
    await reseller.answer('display', 'display-1', true);
    await jamming;
    await shows('Bar', 'Jammed', 'Not charged');
    const selected = machine.select(1);
    await reseller.answer('display', 'display-1', true, 2);
    await selected;
    await shows('Nuts', 'Enjoy!');
    await shows('Please choose', 'Credit 17.50 EUR');
    assert.equal(machine.snapshot('de').display, 'Bitte wählen\nKredit 17,50 EUR');
    assert.equal(fleet.machine('out').snapshot().display, 'Out of order');
  },

  'the display counts down what the phone does, unless the door closes long before': async () => {
    const machine = fleet.machine('countdown');
    const left = () => Date.parse(machine.snapshot().countdown?.until ?? '') - Date.now();
    const lease = { type: 'LEASE', leaseId: 'A', expiresInMs: 60_000 } as const;
    await reseller.stateIs('countdown', 'IDLE');
    await reseller.ask('countdown', lease);
    assert.equal(machine.snapshot().countdown, null);
    await reseller.ask('countdown', { ...lease, confirmInMs: 50_000 });
    assert.equal(machine.snapshot().countdown?.kind, 'CONFIRM');
    assert.ok(left() > 40_000 && left() <= 50_000, `${left()} ms`);
    const begin = async (invoiceReference: string, heldForMs: number) => {
      await reseller.ask('countdown', lease);
      const funds = { value: '20.00', currency: 'EUR' };
      const session = { leaseId: 'A', invoiceReference, funds, expiresInMs: 60_000 };
      await reseller.ask('countdown', { type: 'BEGIN_SESSION', ...session, heldForMs });
    };
    await begin('countdown-1', 90_000);
    assert.equal(machine.snapshot().countdown?.kind, 'TAKE');
    assert.ok(left() > 80_000 && left() <= 90_000, `${left()} ms`);
    await machine.finish();
    await begin('countdown-2', 600_000);
    assert.ok(left() > 50_000 && left() <= 60_000, `${left()} ms`);
  },

  'a drum turns on after its sale, which hinders no other': async () => {
    const machine = fleet.machine('laundry');
    await reseller.unlock('laundry', 'laundry-1');
    const selected = machine.select(1);
    await reseller.answer('laundry', 'laundry-1', true);
    await selected;
    const [run] = machine.snapshot().runs;
    assert.equal(run?.slot, 1);
    assert.ok(Math.abs(Date.parse(run.until) - Date.now() - 42 * 60_000) < 10_000);
    await reseller.stateIs('laundry', 'IDLE');
  },
};

suite('a session at a machine, over a real broker', { concurrency: true }, () => {
  for (const [name, behaviour] of Object.entries(BEHAVIOUR)) test(name, behaviour);
});
