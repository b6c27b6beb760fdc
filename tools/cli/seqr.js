#!/usr/bin/env node
/**
 * `npx seqr …`. Plain JavaScript, so that another Node than the project's says what is wrong instead
 * of stumbling over TypeScript; `seqr.ts`, the name that npm links, leads here.
 */

import '../../server/src/node-version.js';

const { runAsProgram } = await import('./program.ts');
await runAsProgram();
