/**
 * Builds wallet and panel into `web/dist`, by Vite, and only when a source has changed: `npm start`
 * calls this each time and must not wait for it. One build runs at a time, also across processes.
 */

import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildWorker, pageWords, writeManifests } from './app-files.ts';
import { precompress } from './precompress.ts';

/** What the bundler tells of a module: here only what it imports at once. */
type ChunkingContext = {
  getModuleInfo(id: string): { readonly importedIds: readonly string[] } | null;
};

const WEB = path.dirname(fileURLToPath(import.meta.url));
const DIST = path.join(WEB, 'dist');
const STAMP = path.join(DIST, 'stamp');
const LOCK = path.join(DIST, 'lock');
const APPS = ['wallet', 'panel'] as const;

/** What the built files depend on. */
const SOURCES = [
  'wallet',
  'panel',
  'design',
  'worker',
  'build.ts',
  'app-files.ts',
  'precompress.ts',
  'package.json',
  '../contract/src',
] as const;
const LOCK_FILE = '../package-lock.json';

/** A build takes about a second; a lock this old was left behind by a killed one. */
const LOCK_STALE_MS = 60_000;
const LOCK_POLL_MS = 50;

/** The folder with the built app, for the program that serves it. */
export function builtApp(app: (typeof APPS)[number]): string {
  return path.join(DIST, app);
}

/**
 * Make `web/dist/wallet` and `web/dist/panel` fit the sources. Quiet; returns at once when they do.
 * Rejects with Vite's error when a source does not compile.
 */
export async function buildWeb(): Promise<void> {
  const stamp = await sourceStamp();
  if (await isFresh(stamp)) return;
  await mkdir(DIST, { recursive: true });
  await withLock(async () => {
    // Another process may have built what this one waited for.
    if (await isFresh(stamp)) return;
    await rm(STAMP, { force: true });
    await Promise.all(APPS.map((app) => buildApp(app)));
    await writeFile(STAMP, stamp);
  });
}

async function buildApp(app: (typeof APPS)[number]): Promise<void> {
  // Loaded here, so that a start with nothing to build does not pay for loading Vite.
  const { build } = await import('vite');
  const outDir = path.join(DIST, `${app}.new`);
  await build({
    root: path.join(WEB, app),
    base: '/',
    configFile: false,
    envDir: false,
    logLevel: 'error',
    clearScreen: false,
    plugins: [pageWords(app)],
    // Its second reader is fetched apart, which only a module can.
    worker: { format: 'es' },
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2022',
      // Nothing inline: the content security policy allows only files of our own.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      rolldownOptions: {
        // The contract is declarations and pure functions; what an app does not use must not ship.
        treeshake: { moduleSideEffects: (id) => !id.includes('/contract/src/') },
        output: {
          codeSplitting: { groups: [{ name: firstLoad(path.join(WEB, app, 'main.tsx')) }] },
        },
      },
    },
  });
  if (app === 'wallet') {
    await writeManifests(outDir);
    await buildWorker(outDir);
  }
  await precompress(outDir);
  const target = builtApp(app);
  await rm(target, { recursive: true, force: true });
  await rename(outDir, target);
}

/**
 * Names the one file that holds all that the first screen needs. Left to itself the bundler makes a
 * file of whatever two parts share, and a phone would ask for twenty before it shows anything.
 */
function firstLoad(main: string): (id: string, graph: ChunkingContext) => string | null {
  let needed: Set<string> | null = null;
  const gather = (id: string, graph: ChunkingContext, found: Set<string>): Set<string> => {
    if (found.has(id)) return found;
    found.add(id);
    for (const next of graph.getModuleInfo(id)?.importedIds ?? []) gather(next, graph, found);
    return found;
  };
  return (id, graph) => {
    needed ??= gather(main, graph, new Set());
    return needed.has(id) ? 'first' : null;
  };
}

async function isFresh(stamp: string): Promise<boolean> {
  try {
    return (await readFile(STAMP, 'utf8')) === stamp;
  } catch {
    return false;
  }
}

/** A digest over names and contents of everything that the build reads. */
async function sourceStamp(): Promise<string> {
  const files = (await Promise.all(SOURCES.map((source) => filesUnder(path.join(WEB, source)))))
    .flat()
    .concat(path.join(WEB, LOCK_FILE));
  const contents = await Promise.all(files.sort().map((file) => readFile(file)));
  const digest = createHash('sha256');
  for (const [index, content] of contents.entries()) {
    digest.update(`${path.relative(WEB, files[index] ?? '')}\0${String(content.length)}\0`);
    digest.update(content);
  }
  return digest.digest('hex');
}

async function filesUnder(place: string): Promise<string[]> {
  if ((await stat(place)).isFile()) return [place];
  const entries = await readdir(place, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'))
    .map((entry) => path.join(entry.parentPath, entry.name));
}

async function withLock(work: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      const lock = await open(LOCK, 'wx');
      await lock.close();
      break;
    } catch (error) {
      if (!isExisting(error)) throw error;
      await dropStaleLock();
      await pause(LOCK_POLL_MS);
    }
  }
  try {
    await work();
  } finally {
    await rm(LOCK, { force: true });
  }
}

async function dropStaleLock(): Promise<void> {
  try {
    const { mtimeMs } = await stat(LOCK);
    if (Date.now() - mtimeMs > LOCK_STALE_MS) await rm(LOCK, { force: true });
  } catch {
    // It went away meanwhile, which is what was wanted.
  }
}

function isExisting(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST';
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await buildWeb();
