/**
 * Passwords and PINs: from a file or stdin, never from the command line, which every user of the
 * machine can read; or made here and shown once.
 */

import { randomBytes, randomInt } from 'node:crypto';
import { open } from 'node:fs/promises';
import { isEasyPin } from '@seqr-ups/contract';
import { hashPassword, isAcceptableTerminalPassword } from '../../server/src/core/credential.ts';
import { PIN_PATTERN } from '../../server/src/core/customer.ts';
import { Refused } from './command.ts';
import type { Input, Option, Terminal } from './command.ts';

const PASSWORD_BYTES = 16;
const PIN_DIGITS = 4;
/** No secret is longer; a wrong file may be. */
const FILE_BYTES_MAX = 4_096;

/** The option that says where a password comes from. */
export const PASSWORD_FILE: Option = {
  value: 'file',
  help: 'take the password from this file, - for stdin; without it one is made and shown once',
};
/** The option that says where a PIN comes from. */
export const PIN_FILE: Option = {
  value: 'file',
  help: 'take the PIN (four digits) from this file, - for stdin; else one is made and shown once',
};

/** A secret; `shown` is what to show once, undefined where the operator has it already. */
export type Secret = { readonly secret: string; readonly shown: string | undefined };

/** The password of `--password-file`, or a new one, with its hash. Throws Refused. */
export async function readPassword(
  input: Input,
  terminal: Terminal,
): Promise<Secret & { readonly hash: string }> {
  const given = await readGiven(input.text('password-file'), terminal);
  const password = given ?? randomBytes(PASSWORD_BYTES).toString('hex');
  if (!isAcceptableTerminalPassword(password) || /\p{Cc}/u.test(password)) {
    throw new Refused(
      'The password must be one line of at least 4 characters and 1024 bytes at most.',
    );
  }
  const shown = given === undefined ? password : undefined;
  return { secret: password, shown, hash: await hashPassword(password) };
}

/** The PIN of `--pin-file`, or a new one. Throws Refused. */
export async function readPin(input: Input, terminal: Terminal): Promise<Secret> {
  const given = await readGiven(input.text('pin-file'), terminal);
  const pin = given ?? makePin();
  if (!PIN_PATTERN.test(pin)) throw new Refused('A PIN has four digits.');
  return { secret: pin, shown: given === undefined ? pin : undefined };
}

/** A random PIN that is not among the first that somebody else would try. */
function makePin(): string {
  for (;;) {
    const pin = String(randomInt(10 ** PIN_DIGITS)).padStart(PIN_DIGITS, '0');
    if (!isEasyPin(pin)) return pin;
  }
}

async function readGiven(
  path: string | undefined,
  terminal: Terminal,
): Promise<string | undefined> {
  if (path === undefined) return undefined;
  const bytes = path === '-' ? await readAll(terminal.stdin) : await readBounded(path);
  if (bytes.length > FILE_BYTES_MAX) throw new Refused('That is too long to be a secret.');
  return bytes.toString('utf8').replace(/\r?\n$/, '');
}

async function readAll(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > FILE_BYTES_MAX) break;
  }
  return Buffer.concat(chunks);
}

async function readBounded(path: string): Promise<Buffer> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw new Refused(`${path} cannot be read: ${error.code}.`);
  });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(FILE_BYTES_MAX + 1));
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    throw new Refused(`${path} cannot be read: ${(error as NodeJS.ErrnoException).code}.`, {
      cause: error,
    });
  } finally {
    await file.close();
  }
}
