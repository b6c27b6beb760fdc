/** `seqr qr`: a machine's code, to be printed. */

import { writeFile } from 'node:fs/promises';
import { encodeQR } from 'qr';
import { PNG } from 'pngjs';
import { SEQR_HOST, machineQr, signedMachineQr } from '@seqr-ups/contract';
import { codeKeysOf, hasCodeKeys } from '../../server/src/code-keys.ts';
import { Refused, WrongUse } from './command.ts';
import type { Command, Input, Terminal } from './command.ts';
import { settingsOf } from './installation.ts';
import { readCodeId } from './value.ts';

/** The print guidelines (Unattended Payments, 2): version 4, correction M, a margin of two. */
const PLAIN_PRINT = { version: 4, ecc: 'medium', border: 2 } as const;
/**
 * A signature takes 89 characters more than the guidelines allow for: the smallest version that
 * holds every text that could be printed without one, at the same correction (decision 0110).
 */
const SIGNED_PRINT = { version: 8, ecc: 'medium', border: 2 } as const;
type Print = typeof PLAIN_PRINT | typeof SIGNED_PRINT;
/** The longest text of the guidelines. */
const TEXT_MAX = 50;
/** What version 4-M holds in bytes, beyond the guidelines. */
const TEXT_HARD_MAX = 62;
const SCALE = 10;
const SCALE_MAX = 64;
const HOST = /^[A-Za-z0-9.-]+(:[0-9]{1,5})?$/;

/** The command. */
export const QR_COMMAND: Command = {
  name: 'qr',
  summary: "write a machine's code as SVG, PNG or text",
  details:
    'Print it upright and keep its margin. It holds merchant and machine alone, so it need not\n' +
    'be printed anew whatever is set later. It is signed wherever the keys of codes are\n' +
    '(SEQR_CODE_KEY, or code-keys in the data directory), so that wallets can tell it from a\n' +
    'changed one; older wallets read it all the same.',
  arguments: [
    { name: 'merchant', help: 'id of the merchant' },
    { name: 'token', help: 'id of the machine' },
  ],
  options: {
    output: { value: 'file', help: 'where to, by its ending .svg or .png; stdout unless given' },
    format: { value: 'svg|png|text', help: 'svg unless the file says otherwise' },
    scale: { value: 'pixels', help: `pixels of a module in a PNG, ${SCALE} unless given` },
    host: { value: 'host', help: `host in the code, ${SEQR_HOST} unless given: your public one` },
    signed: { negatable: true, help: 'refuse to write an unsigned one; --no-signed: write one' },
    long: { help: `allow ${TEXT_HARD_MAX} characters, where the guidelines allow ${TEXT_MAX}` },
  },
  json: false,
  async run(input, terminal) {
    const merchantId = readCodeId('A merchant id', input.needed('merchant'));
    const token = readCodeId("A machine's token", input.needed('token'));
    const output = input.text('output');
    const format = readFormat(input.text('format'), output);
    const scale = readScale(input.text('scale'));
    const host = readHost(input.text('host'));
    const plain = machineQr(merchantId, token, host);
    requirePrintable(plain, input.flag('long') === true);
    const signature = await signatureOf(merchantId, token, input, terminal);
    const print = signature === null ? PLAIN_PRINT : SIGNED_PRINT;
    const text = signature === null ? plain : signedMachineQr(merchantId, token, signature, host);
    if (format === 'text') return written(`${text}\n`, text, output);
    const image = format === 'svg' ? svg(text, print) : png(text, print, scale);
    if (output === undefined && format === 'png' && terminal.isInteractive) {
      throw new Refused('A PNG is not for the screen: name a file by --output.');
    }
    return written(image, text, output);
  },
};

async function written(
  content: string | Buffer,
  text: string,
  output: string | undefined,
): Promise<{ output: string | Buffer }> {
  if (output === undefined) return { output: content };
  await writeFile(output, content).catch((error: NodeJS.ErrnoException) => {
    throw new Refused(`${output} cannot be written: ${error.code}.`, { cause: error });
  });
  return { output: `${output}: ${text}\n` };
}

/** The platform's signature of a code; null where it is to be, or has to be, without one. */
async function signatureOf(
  merchantId: string,
  token: string,
  input: Input,
  terminal: Terminal,
): Promise<string | null> {
  if (input.flag('signed') === false) return null;
  const settings = settingsOf(terminal);
  if (hasCodeKeys(settings)) return (await codeKeysOf(settings)).sign(merchantId, token);
  const where = `there are no keys of codes in ${settings.dataDir}, and SEQR_CODE_KEY is not set`;
  if (input.flag('signed') === true) throw new Refused(`The code cannot be signed: ${where}.`);
  terminal.note(`The code is not signed: ${where}.`);
  return null;
}

function requirePrintable(text: string, long: boolean): void {
  const most = long ? TEXT_HARD_MAX : TEXT_MAX;
  if (text.length <= most) return;
  const how =
    text.length <= TEXT_HARD_MAX
      ? 'choose shorter ids, or --long where your labels are printed well'
      : 'choose shorter ids';
  throw new Refused(
    `The code's text has ${text.length} characters and the print guidelines allow ${most}: ` +
      `${text} is ${text.length - most} too long; ${how}.`,
  );
}

function readFormat(
  format: string | undefined,
  output: string | undefined,
): 'svg' | 'png' | 'text' {
  const ending = /\.(svg|png)$/i.exec(output ?? '')?.[1]?.toLowerCase();
  const chosen = format ?? ending ?? 'svg';
  if (chosen !== 'svg' && chosen !== 'png' && chosen !== 'text') {
    throw new WrongUse(`--format is svg or png or text, not "${chosen}".`);
  }
  if (ending !== undefined && ending !== chosen) {
    throw new WrongUse(`--format ${chosen} and the file's ending .${ending} disagree.`);
  }
  return chosen;
}

function readScale(text: string | undefined): number {
  const scale = Number(/^[0-9]{1,3}$/.test(text ?? '') ? text : (text ?? SCALE));
  if (Number.isInteger(scale) && scale >= 1 && scale <= SCALE_MAX) return scale;
  throw new WrongUse(`--scale must be a whole number from 1 to ${SCALE_MAX}, not "${text}".`);
}

function readHost(host: string | undefined): string {
  if (host === undefined || HOST.test(host)) return host ?? SEQR_HOST;
  throw new WrongUse(`"${host}" is no host, such as pay.example; without http:// and path.`);
}

/** With a ground of its own: a label need not be white. */
function svg(text: string, print: Print): string {
  const ground = '<rect width="100%" height="100%" fill="#fff"/>';
  const image = encodeQR(text, 'svg', print);
  return `${image.replace('>', ` shape-rendering="crispEdges">${ground}`)}\n`;
}

/** Black and white, eight bits of grey. */
function png(text: string, print: Print, scale: number): Buffer {
  const modules = encodeQR(text, 'raw', print);
  const width = modules.length * scale;
  const image = new PNG({ width, height: width });
  for (let y = 0; y < width; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const dark = modules[Math.floor(y / scale)]?.[Math.floor(x / scale)] === true;
      image.data.fill(dark ? 0 : 255, (y * width + x) * 4, (y * width + x) * 4 + 3);
      image.data[(y * width + x) * 4 + 3] = 255;
    }
  }
  return PNG.sync.write(image, { colorType: 0 });
}
