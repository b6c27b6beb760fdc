import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { COMMANDS } from './commands.ts';
import { command, runSeqr } from './test/command-line.ts';

/** Node of the machine, where it has one of its own besides the project's. */
const OTHER_NODE = '/usr/bin/node';

test('help is on every level, from the declarations', async () => {
  const top = await command(['--help']);
  assert.equal(top.code, 0);
  for (const { name, summary, options } of COMMANDS) {
    assert.ok(top.stdout.includes(`${name} `) && top.stdout.includes(summary), name);
    const own = await command([...name.split(' '), '--help']);
    assert.equal(own.code, 0);
    assert.match(own.stdout, new RegExp(`Usage: seqr ${name}`));
    for (const option of Object.keys(options))
      assert.match(own.stdout, new RegExp(`[-\\]]${option} `));
    assert.deepEqual(await command(['help', ...name.split(' ')]), own);
  }
  const group = await command(['machine', '--help']);
  assert.equal(group.code, 0);
  assert.match(group.stdout, /machine add.*\n.*machine set.*\n.*machine list/);
});

test('no command, half a command, an unknown one: usage, exit code 2', async () => {
  const none = await command([]);
  assert.equal(none.code, 2);
  assert.match(none.stderr, /Usage: seqr <command>/);
  const half = await command(['merchant']);
  assert.equal(half.code, 2);
  assert.match(half.stderr, /merchant add/);
  const unknown = await command(['merchant', 'remove', 'x']);
  assert.equal(unknown.code, 2);
  assert.match(unknown.stderr, /no command "merchant remove".*seqr merchant --help/);
  assert.match((await command(['sell', '--help'])).stderr, /no command "sell"/);
  assert.equal((await command(['constructor'])).code, 2);
});

test('reserved names say that they are not built yet', async () => {
  for (const name of ['certify', 'simulate', 'doctor']) {
    const { code, stderr, stdout } = await command([name, '--all']);
    assert.deepEqual([code, stderr, stdout], [2, `seqr ${name} is not built yet.`, '']);
  }
});

const WRONG: [string[], RegExp][] = [
  [['audit', '--verbose'], /^There is no option --verbose\./],
  [['audit', '-v'], /^There is no option -v\./],
  [['audit', '--toString'], /^There is no option --toString\./],
  [['audit', '--no-json'], /^There is no option --no-json\./],
  [['audit', '--json=yes'], /^--json is a switch and takes no value\./],
  [['audit', '--json', '--json'], /^--json was given twice\./],
  [['audit', 'all'], /^"all" is one word too many/],
  [['machine', 'list'], /^<merchant> is missing\./],
  [['machine', 'add', 'a', ''], /^<token> is missing\./],
  [['account', 'fund', '--customer', '46700000001'], /^<amount> is missing\./],
  [['merchant', 'add', 'a', '--name', 'A'], /^--maximum <amount> is missing\./],
  [['merchant', 'add', 'a', '--maximum'], /^--maximum needs its <amount>\./],
  [['merchant', 'add', 'a', '--name', '--maximum'], /^--name needs its <name>; if it is/],
  [['merchant', 'add', 'a', '--name', 'A', '--maximum', '5', 'EUR'], /^"EUR" is one word too many/],
];

test('wrong use is refused with the word at fault and the usage, exit code 2', async () => {
  for (const [words, sentence] of WRONG) {
    const { code, stdout, stderr } = await command(words);
    assert.equal(code, 2, words.join(' '));
    assert.equal(stdout, '');
    assert.match(stderr, sentence);
    assert.match(stderr, /\nUsage: seqr /);
  }
});

test('settings of the environment that make no sense are refused by name', async () => {
  const environment = { SEQR_PIN_KEY: 'short', DATABASE_URL: 'mysql://secret@host/db' };
  const { code, stderr } = await command(['audit'], { environment });
  assert.equal(code, 1);
  assert.match(stderr, /SEQR_PIN_KEY must be 32 bytes/);
  assert.match(stderr, /DATABASE_URL must be an address/);
  assert.ok(!stderr.includes('secret'));
});

test('as a program it ends with the exit code of its command', async () => {
  const help = await runSeqr(['help', 'qr'], {});
  assert.deepEqual([help.code, help.stderr], [0, '']);
  assert.match(help.stdout, /^write a machine's code/);
  assert.equal((await runSeqr(['qr'], {})).code, 2);
});

test('another Node than ours says in a sentence what is wrong', (context) => {
  const version = existsSync(OTHER_NODE)
    ? spawnSync(OTHER_NODE, ['--version'], { encoding: 'utf8' }).stdout.trim()
    : 'none';
  if (version === 'none' || version.startsWith('v26.')) {
    context.skip(`the machine's own Node is ${version}`);
    return;
  }
  const script = fileURLToPath(new URL('seqr.js', import.meta.url));
  const { status, stderr } = spawnSync(OTHER_NODE, [script, 'audit'], { encoding: 'utf8' });
  assert.equal(status, 1);
  assert.match(stderr, /^Node 26 is needed and this is [^\n]*\n$/);
});
