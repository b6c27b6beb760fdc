/**
 * What every screen owes to people who see, hear or move differently: judged on an open page. Each
 * function answers the faults that it found, in words; an empty list is a pass.
 */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { look, painted, SCHEMES, VIEWS } from './visit.ts';

/** What a thumb hits for certain, in CSS pixels (WCAG 2.5.5). */
const TARGET_PX = 44;
/** The rules of axe that look at colours; the others judge by night as by day. */
const RULES_OF_COLOUR = ['color-contrast', 'link-in-text-block'] as const;
/** A desktop of 1280 px at 200 % and at 400 %: narrower must not be scrolled sideways (1.4.10). */
const ZOOMED = [
  { width: 640, height: 400 },
  { width: 320, height: 400 },
];
/** Longer than the way through any screen: a screen with more stops has lost the focus. */
const TAB_STOPS_MAX = 80;
/** What readers may set for themselves without losing words (1.4.12). */
const SPACING = `* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
  word-spacing: 0.16em !important } p { margin-bottom: 2em !important }`;
const IN_PAGE = readFileSync(path.join(import.meta.dirname, 'in-page.js'), 'utf8');
const LARGE_TEXT = 'html { font-size: 200% }';

/** All of them; the page is left on a phone by day. */
export async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(IN_PAGE);
  return [
    ...(await axeFaults(page)),
    ...(await zoomFaults(page)),
    ...(await styleFaults(page, 'own spacing', SPACING)),
    ...(await styleFaults(page, 'text of twice the size', LARGE_TEXT)),
    ...(await targetFaults(page)),
    ...(await focusFaults(page)),
  ];
}

/**
 * Everything that axe knows by day; by night what depends on colours. Legacy mode: our pages have
 * no frames, and the other way opens a further page for each look.
 */
async function axeFaults(page: Page): Promise<string[]> {
  const faults: string[] = [];
  for (const scheme of SCHEMES.toReversed()) {
    await look(page, 'phone', scheme);
    const axe = new AxeBuilder({ page }).setLegacyMode();
    if (scheme === 'dark') axe.withRules([...RULES_OF_COLOUR]);
    const { violations } = await axe.analyze();
    for (const { id, nodes } of violations) {
      faults.push(`${scheme}: ${id}: ${nodes.map((node) => node.html).join(' ')}`);
    }
  }
  return faults;
}

async function zoomFaults(page: Page): Promise<string[]> {
  const faults: string[] = [];
  for (const size of [VIEWS.phone, ...ZOOMED]) {
    await page.setViewportSize(size);
    await painted(page);
    faults.push(...(await sidewaysFaults(page, `${String(size.width)} px`)));
  }
  await page.setViewportSize(VIEWS.phone);
  return faults;
}

/** The page under a style of the reader's own. */
async function styleFaults(page: Page, name: string, css: string): Promise<string[]> {
  await page.evaluate(`judge.restyle(${JSON.stringify(css)})`);
  await painted(page);
  const clipped = await page.evaluate<string[]>('judge.clipped()');
  const sideways = await sidewaysFaults(page, name);
  await page.evaluate("judge.restyle('')");
  return [...sideways, ...clipped.map((found) => `${name}: words are cut off: ${found}`)];
}

async function sidewaysFaults(page: Page, name: string): Promise<string[]> {
  const excess = await page.evaluate<number>('judge.excess()');
  return excess > 0 ? [`${name}: the page is ${String(excess)} px too wide`] : [];
}

/** Controls that are smaller than a thumb. */
async function targetFaults(page: Page): Promise<string[]> {
  const small = await page.evaluate<string[]>(`judge.small(${String(TARGET_PX)})`);
  return small.map((found) => `smaller than a thumb: ${found}`);
}

type Focus = { readonly index: number; readonly html: string; readonly fault: string | null };

/** Every stop of the Tab key is seen, marked, and covered by nothing; then the page begins anew. */
async function focusFaults(page: Page): Promise<string[]> {
  const faults: string[] = [];
  const seen = new Set<number>();
  await page.evaluate('judge.unfocus()');
  for (let stop = 0; stop < TAB_STOPS_MAX; stop += 1) {
    await page.keyboard.press('Tab');
    const focus = await page.evaluate<Focus | null>('judge.focused()');
    if (focus === null || seen.has(focus.index)) return faults;
    seen.add(focus.index);
    if (focus.fault !== null) faults.push(`${focus.fault}: ${focus.html}`);
  }
  return [...faults, 'the Tab key comes to no end'];
}
