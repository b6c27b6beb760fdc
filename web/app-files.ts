/**
 * What makes the built wallet an app beside Vite's own files: the words of its page, one manifest
 * for each language, and the service worker, which must know every other file.
 */

import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { page as panel } from './panel/text/page.ts';
import { app as de } from './wallet/text/de/app.ts';
import { app as en } from './wallet/text/en/app.ts';
import { app as pl } from './wallet/text/pl/app.ts';
import { app as sv } from './wallet/text/sv/app.ts';

const WORKER = fileURLToPath(new URL('worker/main.ts', import.meta.url));
/** Every file of the build that the wallet needs while it runs; pictures for shops are not. */
const KEPT =
  /^\/(index\.html|assets\/[^/]+\.(js|css|svg)|icon\.svg|icon-192\.png|manifest\S*\.webmanifest)$/u;

const PAGE_WORDS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  wallet: en.page,
  panel,
};

/** Fills `{{name}}` in an app's page with its words; a page without script has only these. */
export function pageWords(app: string): Plugin {
  return {
    name: 'page-words',
    transformIndexHtml: (html) =>
      html.replaceAll(/\{\{(\w+)\}\}/gu, (_, name: string) => {
        const words = PAGE_WORDS[app]?.[name];
        if (typeof words !== 'string') throw new Error(`${app}/index.html: no words for ${name}`);
        return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
      }),
  };
}

/** Writes the manifests: English as `manifest.webmanifest`, others as `manifest.sv.webmanifest`. */
export async function writeManifests(folder: string): Promise<void> {
  const languages = { en, sv, pl, de };
  await Promise.all(
    Object.entries(languages).map(([language, { page }]) => {
      const name = language === 'en' ? 'manifest.webmanifest' : `manifest.${language}.webmanifest`;
      const text = JSON.stringify(manifest(language, page), null, 2);
      return writeFile(path.join(folder, name), `${text}\n`);
    }),
  );
}

/** The words of a page, in whatever language. */
type PageWords = {
  readonly name: string;
  readonly short: string;
  readonly description: string;
  readonly scan: string;
  readonly pictures: { readonly home: string; readonly offer: string };
};

function manifest(language: string, page: PageWords) {
  const icon = (src: string, sizes: string, type: string, purpose = 'any') => ({
    src,
    sizes,
    type,
    purpose,
  });
  const shot = (name: string, label: string) => ({
    src: `/pictures/${name}.png`,
    sizes: '720x1480',
    type: 'image/png',
    form_factor: 'narrow',
    label,
  });
  return {
    id: '/',
    name: page.name,
    short_name: page.short,
    description: page.description,
    lang: language,
    dir: 'ltr',
    start_url: '/',
    scope: '/',
    display: 'standalone',
    orientation: 'portrait',
    background_color: '#f5f4ef',
    theme_color: '#0b3b2c',
    categories: ['finance', 'shopping'],
    // A machine's link belongs into the wallet that is open: it goes on with what is under way.
    launch_handler: { client_mode: ['navigate-existing', 'auto'] },
    handle_links: 'preferred',
    icons: [
      icon('/icon.svg', 'any', 'image/svg+xml'),
      icon('/icon-192.png', '192x192', 'image/png'),
      icon('/icon-512.png', '512x512', 'image/png'),
      icon('/icon-maskable.svg', 'any', 'image/svg+xml', 'maskable'),
      icon('/icon-maskable-512.png', '512x512', 'image/png', 'maskable'),
    ],
    shortcuts: [
      { name: page.scan, url: '/#/scan', icons: [icon('/icon-192.png', '192x192', 'image/png')] },
    ],
    screenshots: [shot('home', page.pictures.home), shot('offer', page.pictures.offer)],
  };
}

/** Builds the service worker into a finished build: it knows every file by name and content. */
export async function buildWorker(folder: string): Promise<void> {
  const { build } = await import('vite');
  const files = await builtFiles(folder);
  const version = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 16);
  await build({
    configFile: false,
    envDir: false,
    publicDir: false,
    logLevel: 'error',
    define: { BUILT_FILES: JSON.stringify(files), BUILD_VERSION: JSON.stringify(version) },
    build: {
      outDir: folder,
      emptyOutDir: false,
      target: 'es2022',
      reportCompressedSize: false,
      // As for the apps: of the contract only what is used.
      rolldownOptions: {
        treeshake: { moduleSideEffects: (id) => !id.includes('/contract/src/') },
      },
      lib: {
        entry: WORKER,
        formats: ['iife'],
        name: 'wallet',
        fileName: () => 'service-worker.js',
      },
    },
  });
}

async function builtFiles(folder: string): Promise<{ path: string; digest: string | null }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .map((file) => `/${path.relative(folder, file).replaceAll('\\', '/')}`)
    .filter((name) => KEPT.test(name))
    .toSorted();
  return Promise.all(
    names.map(async (name) => {
      if (name.startsWith('/assets/')) return { path: name, digest: null };
      const content = await readFile(path.join(folder, name));
      return { path: name, digest: createHash('sha256').update(content).digest('hex') };
    }),
  );
}
