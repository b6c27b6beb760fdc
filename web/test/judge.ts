/**
 * What every screen owes to people who see, hear or move differently: judged on an open page. Each
 * function answers the faults that it found, in words; an empty list is a pass.
 */

import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { look, painted, SCHEMES, VIEWS } from './visit.ts';

/** What a thumb hits for certain, in CSS pixels (WCAG 2.5.5). */
const TARGET_PX = 44;
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
const LARGE_TEXT = 'html { font-size: 200% }';

/** All of them; the page is left on a phone by day. */
export async function faultsOf(page: Page): Promise<string[]> {
  return [
    ...(await axeFaults(page)),
    ...(await zoomFaults(page)),
    ...(await styleFaults(page, 'own spacing', SPACING)),
    ...(await styleFaults(page, 'text of twice the size', LARGE_TEXT)),
    ...(await targetFaults(page)),
    ...(await focusFaults(page)),
  ];
}

/** Everything that axe knows, by day and by night. */
async function axeFaults(page: Page): Promise<string[]> {
  const faults: string[] = [];
  for (const scheme of SCHEMES.toReversed()) {
    await look(page, 'phone', scheme);
    const { violations } = await new AxeBuilder({ page }).analyze();
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

/** The page under a style of the reader's own; a constructed sheet passes the security policy. */
async function styleFaults(page: Page, name: string, css: string): Promise<string[]> {
  await page.evaluate((text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    document.adoptedStyleSheets = [sheet];
  }, css);
  await painted(page);
  const faults = [...(await sidewaysFaults(page, name)), ...(await clippedFaults(page, name))];
  await page.evaluate(() => {
    document.adoptedStyleSheets = [];
  });
  return faults;
}

async function sidewaysFaults(page: Page, name: string): Promise<string[]> {
  const [width, room] = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return [scrollWidth, clientWidth] as const;
  });
  return width > room ? [`${name}: the page is ${String(width - room)} px too wide`] : [];
}

/** Words that are cut off; what ends in an ellipsis on purpose says so by its style. */
async function clippedFaults(page: Page, name: string): Promise<string[]> {
  const clipped = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('body *:not(.sr-only)')]
      .filter((element) => {
        const style = getComputedStyle(element);
        if (style.overflow !== 'hidden' || style.textOverflow === 'ellipsis') return false;
        if (element.textContent.trim() === '') return false;
        const { scrollWidth, clientWidth, scrollHeight, clientHeight } = element;
        return scrollWidth > clientWidth + 1 || scrollHeight > clientHeight + 1;
      })
      .map((element) => element.className),
  );
  return clipped.map((element) => `${name}: words are cut off in .${element}`);
}

/** Controls that are smaller than a thumb; a link within a sentence may be. */
async function targetFaults(page: Page): Promise<string[]> {
  const small = await page.evaluate((least) => {
    const controls = 'a[href], button, input, select, textarea, summary, [role="button"]';
    return [...document.querySelectorAll<HTMLElement>(controls)]
      .map((control) => ({ control, target: control.closest('label') ?? control }))
      .filter(({ control }) => getComputedStyle(control).display !== 'inline')
      .map(({ control, target }) => ({
        html: control.outerHTML,
        box: target.getBoundingClientRect(),
      }))
      .filter(({ box }) => box.width > 0 && Math.min(box.width, box.height) < least - 0.5)
      .map(({ html, box }) => `${String(box.width)} × ${String(box.height)}: ${html.slice(0, 80)}`);
  }, TARGET_PX);
  return small.map((found) => `smaller than a thumb: ${found}`);
}

/** Every stop of the Tab key is seen, marked, and covered by nothing; then the page begins anew. */
async function focusFaults(page: Page): Promise<string[]> {
  const faults: string[] = [];
  const seen = new Set<number>();
  await page.evaluate(() => {
    const { activeElement } = document;
    if (activeElement instanceof HTMLElement) activeElement.blur();
    window.scrollTo(0, 0);
  });
  for (let stop = 0; stop < TAB_STOPS_MAX; stop += 1) {
    await page.keyboard.press('Tab');
    const focus = await page.evaluate(focused);
    if (focus === null || seen.has(focus.index)) return faults;
    seen.add(focus.index);
    if (focus.fault !== null) faults.push(`${focus.fault}: ${focus.html}`);
  }
  return [...faults, 'the Tab key comes to no end'];
}

/** Runs in the page: what has the focus, and what is wrong with how it shows. */
function focused(): { index: number; html: string; fault: string | null } | null {
  const element = document.activeElement;
  if (element === null || element === document.body) return null;
  const index = [...document.querySelectorAll('*')].indexOf(element);
  const html = element.outerHTML.slice(0, 80);
  const shown = element.closest('label') ?? element;
  const box = shown.getBoundingClientRect();
  const isInside = box.bottom > 0 && box.top < window.innerHeight && box.width > 0;
  if (!isInside) return { index, html, fault: 'focused but out of sight' };
  const middle = Math.min(Math.max((box.top + box.bottom) / 2, 1), window.innerHeight - 1);
  const above = document.elementFromPoint((box.left + box.right) / 2, middle);
  const isCovered = above !== null && !shown.contains(above) && !above.contains(shown);
  if (isCovered) return { index, html, fault: `focused but covered by .${above.className}` };
  const { outlineStyle } = getComputedStyle(shown);
  const isMarked = outlineStyle !== 'none' || getComputedStyle(element).outlineStyle !== 'none';
  return { index, html, fault: isMarked ? null : 'focused but not marked' };
}
