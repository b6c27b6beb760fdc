/** `seqr qr`: a machine's code, to be printed. */

import { writeFile } from 'node:fs/promises';
import { encodeQR } from 'qr';
import { PNG } from 'pngjs';
import { SEQR_HOST, machineQr } from '@seqr-ups/contract';
import { Refused, WrongUse } from './command.ts';
import type { Command } from './command.ts';
import { readCodeId } from './value.ts';

/** The print guidelines (Unattended Payments, 2): version 4, correction M, a margin of two. */
const PRINT = { version: 4, ecc: 'medium', border: 2 } as const;
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
  summary: "write a machine's code as SVG or PNG",
  details:
    'Print it upright and keep its margin. It holds merchant and machine alone, so it need not\n' +
    'be printed anew whatever is set later.',
  arguments: [
    { name: 'merchant', help: 'id of the merchant' },
    { name: 'token', help: 'id of the machine' },
  ],
  options: {
    output: { value: 'file', help: 'where to, by its ending .svg or .png; stdout unless given' },
    format: { value: 'svg|png', help: 'svg unless the file says otherwise' },
    scale: { value: 'pixels', help: `pixels of a module in a PNG, ${SCALE} unless given` },
    host: { value: 'host', help: `host in the code, ${SEQR_HOST} unless given: your public one` },
    long: { help: `allow ${TEXT_HARD_MAX} characters, where the guidelines allow ${TEXT_MAX}` },
  },
  json: false,
  async run(input, terminal) {
    const merchantId = readCodeId('A merchant id', input.needed('merchant'));
    const token = readCodeId("A machine's token", input.needed('token'));
    const output = input.text('output');
    const format = readFormat(input.text('format'), output);
    const scale = readScale(input.text('scale'));
    const text = machineQr(merchantId, token, readHost(input.text('host')));
    requirePrintable(text, input.flag('long') === true);
    const image = format === 'svg' ? svg(text) : png(text, scale);
    if (output === undefined) {
      if (format === 'png' && terminal.isInteractive) {
        throw new Refused('A PNG is not for the screen: name a file by --output.');
      }
      return { output: image };
    }
    await writeFile(output, image).catch((error: NodeJS.ErrnoException) => {
      throw new Refused(`${output} cannot be written: ${error.code}.`, { cause: error });
    });
    return { output: `${output}: ${text}\n` };
  },
};

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

function readFormat(format: string | undefined, output: string | undefined): 'svg' | 'png' {
  const ending = /\.(svg|png)$/i.exec(output ?? '')?.[1]?.toLowerCase();
  const chosen = format ?? ending ?? 'svg';
  if (chosen !== 'svg' && chosen !== 'png') {
    throw new WrongUse(`--format is svg or png, not "${chosen}".`);
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
function svg(text: string): string {
  const ground = '<rect width="100%" height="100%" fill="#fff"/>';
  const image = encodeQR(text, 'svg', PRINT);
  return `${image.replace('>', ` shape-rendering="crispEdges">${ground}`)}\n`;
}

/** Black and white, eight bits of grey. */
function png(text: string, scale: number): Buffer {
  const modules = encodeQR(text, 'raw', PRINT);
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
