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
import { type QrView, writeQrVideo } from './qr-video.ts';
import { signedIn } from './scenes.ts';

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

test('a small, dim, turned code is read too', async () => {
  const before = fixture.seen.length;
  const view: QrView = { side: 190, angle: 40, dark: 30, light: 95, wall: 60 };
  await withCamera(CODE, view, async (page) => {
    await page.getByRole('heading', { name: 'Demo Vending' }).waitFor();
  });
  assert.deepEqual(fixture.seen.slice(before), [{ qr: CODE }]);
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
