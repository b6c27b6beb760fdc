/** Runs `seqr` for tests: in this process, or as the program that an operator starts. */

import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { seqr } from '../program.ts';

const SCRIPT = fileURLToPath(new URL('../seqr.js', import.meta.url));

/** What a command left behind. `stdout` as text; `bytes` as it was. */
export type Ended = {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly bytes: Buffer;
};

type Environment = Readonly<Record<string, string>>;

/** Runs a command in this process. */
export async function command(
  words: readonly string[],
  options: {
    readonly environment?: Environment;
    readonly stdin?: string;
    readonly tty?: true;
  } = {},
): Promise<Ended> {
  const out: Buffer[] = [];
  const err: string[] = [];
  const code = await seqr(words, {
    environment: options.environment ?? {},
    stdin: oneChunk(options.stdin ?? ''),
    isInteractive: options.tty === true,
    write: (output) => void out.push(Buffer.from(output)),
    note: (line) => void err.push(line),
  });
  const bytes = Buffer.concat(out);
  return { code, stdout: bytes.toString('utf8'), stderr: err.join('\n'), bytes };
}

async function* oneChunk(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

/** Starts the program itself, without settings of whoever runs the tests. */
export function startSeqr(
  words: readonly string[],
  environment: Environment,
): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [SCRIPT, ...words], {
    env: { PATH: process.env['PATH'], ...environment },
  });
}

/** Runs the program to its end. */
export async function runSeqr(
  words: readonly string[],
  environment: Environment,
  stdin = '',
): Promise<Ended> {
  const child = startSeqr(words, environment);
  const out: Buffer[] = [];
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdin.end(stdin);
  const [code] = (await once(child, 'close')) as [number | null];
  const bytes = Buffer.concat(out);
  return { code, stdout: bytes.toString('utf8'), stderr, bytes };
}
