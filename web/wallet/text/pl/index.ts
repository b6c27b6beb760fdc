/** The words of the wallet in Polish. */

import type { Text } from '../words.ts';
import { after } from './after.ts';
import { app } from './app.ts';
import { camera } from './camera.ts';
import { billTitles, endings, states } from './endings.ts';
import { pay } from './pay.ts';
import { security } from './security.ts';
import { trust } from './trust.ts';

/** Every word of the wallet in Polish, grouped by screen. */
export const pl: Text = {
  ...pay,
  after,
  app,
  camera,
  states,
  endings,
  billTitles,
  security,
  trust,
};
