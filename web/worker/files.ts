/**
 * The built files, kept on the phone: one cache for each version of the wallet. The build writes
 * their list into the worker, so a new build is a new worker.
 */

import { SETTINGS } from './agreement.ts';

/** A file of the build; `digest` is the SHA-256 (hex) of one whose name does not carry it. */
type BuiltFile = { readonly path: string; readonly digest: string | null };

/** Written by the build (`web/app-files.ts`). */
declare const BUILT_FILES: readonly BuiltFile[];
declare const BUILD_VERSION: string;

/** Named once: the build writes the list wherever the name stands. */
const FILES = BUILT_FILES;
const PREFIX = 'wallet-';
const CACHE = PREFIX + BUILD_VERSION;
const SHELL = '/index.html';
/** Where the name of the cache that is at work is noted. */
const AT_WORK = '/at-work';
/** Names under here carry a digest of their content. */
const HASHED = /^\/assets\/[^/]+$/u;
/** What opens the wallet: the root, and what codes open, in any letter case. */
const WALLET_PAGES = /^\/(index\.html|000\/ups|[rq][0-9a-z]{1,64})?$/iu;

/** True for an address that the wallet's page answers. */
export function isWalletPage(pathname: string): boolean {
  return WALLET_PAGES.test(pathname);
}

/** True for a file of this or an older build. */
export function isKept(pathname: string): boolean {
  return HASHED.test(pathname) || FILES.some(({ path }) => path === pathname);
}

/**
 * Keep every file of this build; rejects when one of them cannot be had, or is of another build
 * because the server is being changed just now: then the older worker goes on, whole.
 */
export async function keepFiles(): Promise<void> {
  const cache = await caches.open(CACHE);
  await Promise.all(
    FILES.map(async ({ path, digest }) => {
      const known = digest === null ? await caches.match(path) : undefined;
      await cache.put(path, known ?? (await fetched(path, digest)));
    }),
  );
}

/**
 * Forget the files of older builds but the one at work until now: a wallet that was opened before
 * may ask for a part that it has not used yet. A build between them was ready and never at work.
 */
export async function dropOldFiles(): Promise<void> {
  const settings = await caches.open(SETTINGS);
  const before = await (await settings.match(AT_WORK))?.text();
  if (before === CACHE) return;
  await settings.put(AT_WORK, new Response(CACHE));
  const dropped = (await caches.keys()).filter(
    (name) => name.startsWith(PREFIX) && name !== CACHE && name !== before,
  );
  await Promise.all(dropped.map((name) => caches.delete(name)));
}

/** The wallet's page, from the phone at once. */
export async function shell(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  return (await cache.match(SHELL)) ?? fetch(request);
}

/** A file of this build, else of an older one, else the server's. */
export async function keptFile(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  const cache = await caches.open(CACHE);
  return (await cache.match(pathname)) ?? (await caches.match(pathname)) ?? fetch(request);
}

async function fetched(path: string, digest: string | null): Promise<Response> {
  // What carries a digest in its name may come from the browser's own cache: the page has just
  // loaded it.
  const response = await fetch(path, { cache: digest === null ? 'default' : 'no-cache' });
  if (!response.ok) throw new Error(`${path} is not there`);
  if (digest !== null && (await digestOf(response.clone())) !== digest) {
    throw new Error(`${path} is of another build`);
  }
  return response;
}

async function digestOf(response: Response): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await response.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
