/**
 * English, which decides what a language has to say. Rules of every language: say what happened,
 * whether money moved, what to do next. Short sentences, no jargon.
 */

import { after } from './after.ts';
import { app } from './app.ts';
import { camera } from './camera.ts';
import { billTitles, endings, states } from './endings.ts';
import { pay } from './pay.ts';
import { security } from './security.ts';
import { trust } from './trust.ts';

/** Every word of the wallet in English, grouped by screen. */
export const en = { ...pay, after, app, camera, states, endings, billTitles, security, trust };
