/** The wallet's scanner against Chromium's fake camera, which plays a prepared video of a code. */

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { machineQr, tillQr } from '@seqr-ups/contract';
import type { Page } from 'playwright-core';
import { startBrowser } from './browser.ts';
import { type Fixture, startFixture } from './fixture-server.ts';
import { FRAME_HEIGHT, FRAME_WIDTH } from './frames/camera-geometry.ts';
import { type Kind, sceneOf } from './frames/corpus.ts';
import { ASKED } from './frames/view.ts';
import { type QrView, writeQrVideo, writeVideo } from './qr-video.ts';
import { signedIn } from './scene.ts';

const CODE = machineQr('demo', '1008');
let fixture: Fixture;
let folder: string;

before(async () => {
  fixture = await startFixture();
  folder = await mkdtemp(path.join(tmpdir(), 'seqr-scanner-'));
});

after(async () => {
  await fixture.close();
  await rm(folder, { recursive: true, force: true });
});

async function withCamera(
  text: string,
  view: QrView,
  work: (page: Page) => Promise<void>,
): Promise<void> {
  const video = path.join(folder, `${String(Math.random()).slice(2)}.y4m`);
  await writeQrVideo(video, text, view);
  await withVideo(video, work);
}

async function withVideo(video: string, work: (page: Page) => Promise<void>): Promise<void> {
  const browser = await startBrowser({ video });
  try {
    const page = await browser.newPage({ viewport: { width: 360, height: 740 } });
    await signedIn(page, fixture, '/#/scan');
    await work(page);
  } finally {
    await browser.close();
  }
}

test('a code before the camera is sent as it was read, and its offer shown', async () => {
  const before = fixture.seen.length;
  await withCamera(CODE, { emptyFrames: 3, angle: 12 }, async (page) => {
    await page.getByRole('heading', { name: 'Demo Vending' }).waitFor();
  });
  assert.deepEqual(fixture.seen.slice(before), [{ qr: CODE }]);
});

/** Frames of a drawn scene, as many as a video needs before it begins anew. */
const SHAKEN_FRAMES = 6;

async function withScene(
  name: string,
  kind: Kind,
  work: (page: Page, text: string) => Promise<void>,
): Promise<void> {
  const condition = ASKED.find((candidate) => candidate.name === name);
  assert.ok(condition !== undefined);
  const scene = sceneOf(condition, kind, 1);
  const frames = Array.from({ length: SHAKEN_FRAMES }, (_, index) => scene.frame(index).data);
  const video = path.join(folder, `${name}.y4m`);
  await writeVideo(video, { width: FRAME_WIDTH, height: FRAME_HEIGHT }, frames);
  await withVideo(video, (page) => work(page, scene.text));
}

for (const name of ['dim, tilt 30-40', 'inverted, tilt 30-40', 'glare']) {
  test(`a code is read from a hand-held video: ${name}`, async () => {
    const before = fixture.seen.length;
    await withScene(name, 'plain', async (page, text) => {
      await page.getByRole('heading', { name: 'Demo Vending' }).waitFor();
      assert.deepEqual(fixture.seen.slice(before), [{ qr: text }]);
    });
  });
}

test('a tilted code with a signature that is not the platform’s is read and not sent', async () => {
  const before = fixture.seen.length;
  await withScene('tilt 30-40', 'signed', async (page) => {
    await page.getByRole('heading', { name: 'This code has been changed' }).waitFor();
  });
  assert.deepEqual(fixture.seen.slice(before), []);
});

test('a code that is not ours is named and never sent', async () => {
  const before = fixture.seen.length;
  await withCamera('https://example.com/pay?w=demo&t=1008', {}, async (page) => {
    await page.getByText('That is not a SEQR code').waitFor();
  });
  assert.deepEqual(fixture.seen.slice(before), []);
});

test('the code of a till is sent, again and again until the cashier is ready', async () => {
  const before = fixture.seen.length;
  const body = { qr: tillQr('A17') };
  await withCamera(body.qr, {}, async (page) => {
    await page.getByRole('heading', { name: 'Corner Café' }).waitFor();
  });
  const sent = fixture.seen.slice(before);
  assert.ok(sent.length >= 1 && sent.length <= 2, String(sent.length));
  for (const question of sent) assert.deepEqual(question, body);
});

const LENS = `
  const track = MediaStreamTrack.prototype;
  track.getCapabilities = () => ({ torch: true, zoom: { min: 1, max: 8, step: 0.1 } });
  track.applyConstraints = async ({ advanced }) => {
    document.documentElement.dataset.lens += JSON.stringify(advanced[0]);
  };
`;

test('light and zoom are offered where the camera has them, and the zoom is kept', async () => {
  await withCamera('https://example.com/', {}, async (page) => {
    // The fake camera has neither; what it is asked to do is what counts.
    await page.addInitScript(LENS);
    await page.reload();
    const light = page.getByRole('button', { name: 'Light' });
    await light.click();
    assert.equal(await light.getAttribute('aria-pressed'), 'true');
    const zoom = page.getByRole('slider', { name: 'Zoom' });
    await zoom.fill('2.5');
    assert.equal(await zoom.getAttribute('aria-valuetext'), '2.5 times');
    const told = await page.locator('html').getAttribute('data-lens');
    assert.match(told ?? '', /"torch":true.*"zoom":2.5/u);
    await page.reload();
    await zoom.waitFor();
    assert.equal(await zoom.inputValue(), '2.5');
  });
});

test("the phone's own reader is asked first, ours where it finds nothing", async () => {
  const before = fixture.seen.length;
  await withCamera(CODE, {}, async (page) => {
    await page.addInitScript(() => {
      class BarcodeDetector {
        static getSupportedFormats = () => Promise.resolve(['qr_code']);
        looks = 0;
        detect() {
          this.looks += 1;
          const found = { rawValue: 'HTTP://SEQR.SE/000/ups?w=demo&t=1001' };
          return Promise.resolve(this.looks === 1 ? [found] : []);
        }
      }
      Object.assign(globalThis, { BarcodeDetector });
    });
    // Not a reload: the page may have been left for the offer already.
    await page.goto('about:blank');
    await page.goto(`${fixture.wallet}/#/scan`);
    await page.getByRole('heading', { name: 'Demo Vending' }).waitFor();
    await page.goto(`${fixture.wallet}/#/scan`);
    await page.getByRole('heading', { name: 'Demo Vending' }).waitFor();
  });
  const sent = fixture.seen.slice(before).slice(-2);
  assert.deepEqual(sent, [{ qr: 'HTTP://SEQR.SE/000/ups?w=demo&t=1001' }, { qr: CODE }]);
});
