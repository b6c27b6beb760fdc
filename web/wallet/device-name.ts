/** How this device is called in the customer's list, as well as a browser tells it. */

import { DEVICE_NAME_LENGTH_MAX } from '@seqr-ups/contract';
import { TEXT } from './text.ts';

/** The more exact first: Edge and Opera call themselves Chrome too, and Chrome says Safari. */
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bEdgA?\//u, 'Edge'],
  [/\bOPR\//u, 'Opera'],
  [/\bSamsungBrowser\//u, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\//u, 'Firefox'],
  [/\b(?:Chrome|CriOS)\//u, 'Chrome'],
  [/\bSafari\//u, 'Safari'],
];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b/u, 'iPhone'],
  [/\biPad\b/u, 'iPad'],
  [/\bAndroid\b/u, 'Android'],
  [/\bWindows\b/u, 'Windows'],
  [/\bMac OS X\b/u, 'Mac'],
  [/\bCrOS\b/u, 'Chromebook'],
  [/\bLinux\b/u, 'Linux'],
];

/** `Chrome, Android`; brand names, so the same in every language. */
export function deviceName(userAgent: string = navigator.userAgent): string {
  const named = [BROWSERS, SYSTEMS].flatMap((list) => {
    const found = list.find(([pattern]) => pattern.test(userAgent));
    return found === undefined ? [] : [found[1]];
  });
  const name = named.length === 0 ? TEXT.security.device.unnamed : named.join(', ');
  return name.slice(0, DEVICE_NAME_LENGTH_MAX);
}
