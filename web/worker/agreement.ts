/** What the wallet and its service worker agree on. */

/**
 * What an open wallet tells a waiting worker while nobody looks at it. Not at once when a worker is
 * ready: Chromium loses a page that is asked for while one worker follows another. And not only
 * when the last tab is closed, which on a phone may be never.
 */
export const TAKE_OVER = 'TAKE_OVER';

/** The cache in which small things are noted; no build drops it. */
export const SETTINGS = 'settings';

/** Where in it the wallet notes its language. */
export const LANGUAGE = '/language';
