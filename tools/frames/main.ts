/**
 * `node tools/frames/main.ts`: how many codes the wallet's scanner reads, condition by condition,
 * in drawn frames of 640×480, and how long a look takes. With `--sheet` also a picture of them.
 */

import '../../server/src/node-version.js';
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { bothReaders, firstReader, type Reader } from '../../web/test/frames/corpus.ts';
import { frameTable, measureFrames } from './measure.ts';
import { contactSheet } from './sheet.ts';

const HELP = `node tools/frames/main.ts [options]: codes that the wallet's scanner reads.

  --scenes N    scenes of each condition and kind of code, 40
  --first       the scanner as it is before its second reader has come
  --reader M    a module whose "read(luma, turn)" is asked instead of the scanner
  --sheet FILE  draw one frame of each as a PNG, and measure nothing
  --help        this text
`;
const SCENES_MAX = 1000;

const { values } = parseArgs({
  options: {
    scenes: { type: 'string', default: '40' },
    first: { type: 'boolean', default: false },
    reader: { type: 'string' },
    sheet: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const scenes = Math.min(SCENES_MAX, Number.parseInt(values.scenes, 10));
if (values.help || !(scenes > 0)) {
  process.stdout.write(HELP);
  process.exitCode = values.help ? 0 : 2;
} else if (values.sheet !== undefined) {
  await writeFile(values.sheet, contactSheet());
} else {
  process.stdout.write(`${frameTable(await measureFrames(scenes, await chosenReader()))}\n`);
}

async function chosenReader(): Promise<Reader> {
  if (values.reader === undefined) return values.first ? firstReader : bothReaders;
  const other = (await import(pathToFileURL(resolve(values.reader)).href)) as { read: Reader };
  return other.read;
}
