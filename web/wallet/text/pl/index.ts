/** The words of the wallet in Polish. */

import type { Text } from '../../text.ts';
import { app } from './app.ts';
import { billTitles, endings, states } from './endings.ts';
import { pay } from './pay.ts';

/** Every word of the wallet in Polish, grouped by screen. */
export const pl: Text = { ...pay, app, states, endings, billTitles };
