/** What axe finds wrong with a page as it is now. */

import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

/** Each fault with the elements that have it; an empty list is a pass. */
export async function axeFaultsNow(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
}
