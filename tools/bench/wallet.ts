/**
 * `npm run bench -- wallet`: what a customer with a mid-range phone on a weak network waits for, in
 * figures. docs/performance-wallet.md says what they mean.
 */

import { loadavg } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import type { PanelMachineJson } from '@seqr-ups/contract';
import type { Browser, BrowserContext } from 'playwright-core';
import { startBrowser } from '../../web/test/browser.ts';
import { FRAME_HEIGHT, FRAME_WIDTH } from '../../web/test/frames/camera-geometry.ts';
import { bothReaders, videoOf } from '../../web/test/frames/corpus.ts';
import { seeded } from '../../web/test/frames/random.ts';
import { ASKED } from '../../web/test/frames/view.ts';
import { writeVideo } from '../../web/test/qr-video.ts';
import { measureFrames } from '../frames/measure.ts';
import { startSandbox } from '../sandbox/sandbox.ts';
import { printMeasured, runBenchmark, teller, whole } from './command-line.ts';
import { inOwnFolder, type Started } from './own-folder.ts';
import { firstVisit, laterVisit } from './wallet-load.ts';
import type { Visit } from './wallet-load.ts';
import { PHONE } from './wallet-phone.ts';
import { buyOnce } from './wallet-purchase.ts';
import type { PurchaseTimes } from './wallet-purchase.ts';
import { figures, missedBudgets, table } from './wallet-report.ts';
import type { WalletMeasured } from './wallet-report.ts';
import { firstLoadBytes } from './wallet-weight.ts';

const HELP = `npm run bench -- wallet [options]: what a customer waits for, in figures.

  --visits N     visits of each kind, and purchases, 7
  --scenes N     drawn scenes of each condition and kind of code, 20
  --quick        a short look: --visits 3 --scenes 4
  --json-only    nothing but the last line
  --help         this text

Starts a sandbox of its own in a folder under SEQR_DATA_DIR (./.data), which is removed in the end,
and a Chromium that is slowed down to a mid-range phone. Listens on loopback only. The last line on
stdout is one JSON object. The exit code is 1 when a budget is missed.
`;
const VISITS_MAX = 50;
const SCENES_MAX = 500;
/** The machine that is bought at, and by whom: 4 coffees of 2.50 leave 97.50 for each run. */
const TOKEN = '1001';
const CUSTOMER = { msisdn: '+46700000004', pin: '1234' };
/** As a phone's camera. */
const FRAMES_PER_SECOND = 30;
const VIDEO_FRAMES = 30;
const VIDEO_SEED = 5;
/** The benchmark scans faster than people. */
const NO_FLOOD_LIMITS = {
  SEQR_SCANS_PER_MINUTE: '10000',
  SEQR_CALLS_PER_MACHINE_PER_MINUTE: '10000',
};

type WalletOptions = {
  readonly visits: number;
  readonly scenes: number;
  readonly jsonOnly: boolean;
};

/** Runs the benchmark with the words after `wallet`; answers the exit code. */
export const benchWallet = (words: readonly string[]): Promise<number> =>
  runBenchmark(
    HELP,
    () => readOptions(words),
    async (options) => {
      const measured = await measureAll(options);
      const missed = missedBudgets(measured);
      for (const budget of missed) process.stderr.write(`missed: ${budget}\n`);
      printMeasured(options.jsonOnly, table(measured), { ...figures(measured), missed });
      return missed.length === 0;
    },
  );

/** Null: the help is asked for. */
function readOptions(words: readonly string[]): WalletOptions | null {
  const { values } = parseArgs({
    args: [...words],
    options: {
      visits: { type: 'string' },
      scenes: { type: 'string' },
      quick: { type: 'boolean', default: false },
      'json-only': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return null;
  return {
    visits: whole('--visits', values.visits ?? (values.quick ? '3' : '7'), VISITS_MAX),
    scenes: whole('--scenes', values.scenes ?? (values.quick ? '4' : '20'), SCENES_MAX),
    jsonOnly: values['json-only'],
  };
}

async function measureAll({ visits, scenes, jsonOnly }: WalletOptions): Promise<WalletMeasured> {
  const tell = teller(jsonOnly);
  const loadBefore = loadavg()[0] ?? 0;
  const visited = await inOwnFolder('bench-wallet-', (dataDir, started) =>
    measureVisits(dataDir, started, { visits, tell }),
  );
  tell('codes in drawn frames');
  const frames = await measureFrames(scenes, bothReaders);
  const machineLoad = [loadBefore, loadavg()[0] ?? 0] as const;
  return { weight: await firstLoadBytes(), ...visited, frames, machineLoad };
}

/** All that needs a sandbox and a browser, which are gone before frames are looked at. */
async function measureVisits(
  dataDir: string,
  started: Started,
  { visits, tell }: { readonly visits: number; readonly tell: (text: string) => void },
): Promise<Pick<WalletMeasured, 'first' | 'later' | 'purchases'>> {
  tell(`starting platform, database, reseller and machines in ${dataDir}`);
  const sandbox = await startSandbox({
    dataDir,
    platformPort: 0,
    resellerPort: 0,
    machinePort: 0,
    environment: NO_FLOOD_LIMITS,
  });
  started(() => sandbox.stop());
  const machineUrl = `${sandbox.machines}/api/machines/${TOKEN}`;
  // A visit tries the scan button: its camera must see no code, or it would begin to buy.
  const blind = await startBrowser();
  started(() => blind.close());
  tell('visits');
  const visitor = await signedIn(blind, sandbox.platform);
  const [first, later]: [Visit[], Visit[]] = [[], []];
  for (let visit = 0; visit < visits; visit += 1) {
    first.push(await firstVisit(visitor, sandbox.platform));
    later.push(await laterVisit(visitor, sandbox.platform));
  }
  await blind.close();
  const seeing = await startBrowser({ video: await filmed(machineUrl, dataDir) });
  started(() => seeing.close());
  tell('purchases');
  const buyer = await signedIn(seeing, sandbox.platform);
  const purchases: PurchaseTimes[] = [];
  for (let purchase = 0; purchase < visits; purchase += 1) {
    purchases.push(await buyOnce(buyer, sandbox.platform, machineUrl));
  }
  return { first, later, purchases };
}

/** What the camera sees: the machine's code, held by hand at 20 to 30 degrees. */
async function filmed(machineUrl: string, folder: string): Promise<string> {
  const answer = await fetch(machineUrl);
  const { qr } = (await answer.json()) as PanelMachineJson;
  const tilted = ASKED.find(({ name }) => name === 'tilt 20-30');
  if (tilted === undefined) throw new Error('the corpus has no tilt of 20 to 30 degrees');
  const random = seeded(VIDEO_SEED);
  const frame = videoOf(qr, tilted.draw(random), random);
  const frames = Array.from({ length: VIDEO_FRAMES }, (_, index) => frame(index).data);
  const path = join(folder, 'code.y4m');
  const shape = { width: FRAME_WIDTH, height: FRAME_HEIGHT, framesPerSecond: FRAMES_PER_SECOND };
  await writeVideo(path, shape, frames);
  return path;
}

async function signedIn(browser: Browser, platform: string): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: PHONE, hasTouch: true });
  const page = await context.newPage();
  await page.goto(platform);
  await page.getByLabel('Phone number').fill(CUSTOMER.msisdn);
  await page.keyboard.press('Enter');
  await page.getByRole('group', { name: 'Keypad' }).waitFor();
  for (const digit of CUSTOMER.pin) await page.keyboard.press(digit);
  await page.locator('.scan-button').waitFor();
  await page.close();
  return context;
}
