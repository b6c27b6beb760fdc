/** One thread of the corpus: runs the trials that it is sent, one after the other. */

import { parentPort } from 'node:worker_threads';

import { runTrial } from './trial.ts';
import type { Trial } from './trial.ts';

parentPort?.on('message', (trial: Trial) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have none
  parentPort?.postMessage(runTrial(trial));
});
