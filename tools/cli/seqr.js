#!/usr/bin/env node
/**
 * `npx seqr …`: one of the operator's commands, in this process. Plain JavaScript, so that another
 * Node than the project's says what is wrong instead of stumbling over TypeScript; `seqr.ts`, the
 * name that npm links, leads here.
 */

import '../../server/src/node-version.js';

const { seqr } = await import('./program.ts');

process.stdout.on('error', () => {}); // Whoever reads it may have seen enough.
const code = await seqr(process.argv.slice(2), {
  environment: process.env,
  stdin: process.stdin,
  isInteractive: process.stdout.isTTY,
  write: (output) => process.stdout.write(output),
  note: (line) => process.stderr.write(`${line}\n`),
});
await new Promise((flushed) => process.stdout.write('', flushed));
process.exit(code);
