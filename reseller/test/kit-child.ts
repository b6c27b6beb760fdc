/**
 * The kit in a process of its own, to be killed. Kills itself with SIGKILL at one durable write,
 * counted from the end of the registration: before it (`SEQR_TEST_KILL=before:3`) or right after it
 * (`after:3`), which are the two sides of each gap between durable steps. One JSON line on stdout
 * says that it listens.
 */

import { DatabaseSync } from 'node:sqlite';
import { createReseller, mqttLink } from '../src/index.ts';
import { CERT, KEY } from './certificate.ts';

const [side = '', count = '0'] = (process.env['SEQR_TEST_KILL'] ?? '').split(':');
let writes: number | null = null;

/** The journal's only way to the disk is its prepared `commit`. */
// oxlint-disable-next-line typescript/unbound-method -- called with its own `this` two lines below
const { prepare } = DatabaseSync.prototype;
DatabaseSync.prototype.prepare = function (sql) {
  const statement = prepare.call(this, sql);
  if (sql !== 'commit') return statement;
  const run = statement.run.bind(statement);
  statement.run = () => {
    if (writes !== null) writes += 1;
    if (side === 'before' && writes === Number(count)) process.kill(process.pid, 'SIGKILL');
    const result = run();
    if (side === 'after' && writes === Number(count)) process.kill(process.pid, 'SIGKILL');
    return result;
  };
  return statement;
};

const env = (name: string): string => process.env[name] ?? '';
const port = mqttLink({ url: env('SEQR_TEST_BROKER'), replyWithinMs: 300 });
await port.ready;
const reseller = await createReseller({
  platform: { url: env('SEQR_TEST_PLATFORM'), deadlineMs: 1_000 },
  merchant: { resellerId: 'demo', userId: '9900', password: 'demo' },
  machines: [{ token: 'm1', name: 'Snacks' }],
  port,
  journalPath: env('SEQR_TEST_JOURNAL'),
  listen: { host: '127.0.0.1', port: 0, cert: CERT, key: KEY },
  log: (level, event, fields) => {
    process.stderr.write(`${JSON.stringify({ level, event, ...fields })}\n`);
  },
});
while (!reseller.isRegistered('m1') || port.state('m1') === null) {
  await new Promise((resolve) => setTimeout(resolve, 5));
}
// From here on the steps of the sale are counted.
writes = 0;
process.stdout.write(`${JSON.stringify({ url: reseller.createPurchaseUrl })}\n`);
process.on('disconnect', () => process.exit());
