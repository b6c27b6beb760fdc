/**
 * Whoever reads a picture: the phone's own reader where the browser lends it, and ours, in its
 * thread. Both are made once and kept, so that the second scan begins at once.
 */

import type { Way } from './look.ts';
import type { Question } from './reader-worker.ts';

/** The part of the Shape Detection API that is used; TypeScript does not know it. */
type NativeReader = {
  readonly detect: (picture: ImageBitmap) => Promise<readonly { readonly rawValue: string }[]>;
};
type NativeReaderClass = {
  new (options: { readonly formats: readonly string[] }): NativeReader;
  readonly getSupportedFormats: () => Promise<readonly string[]>;
};

/** A reader that cannot be fetched is asked for again, but not with every picture. */
const AGAIN_AFTER_MS = 1_000;
/** Whoever taps sooner finds the reader on its way all the same. */
const WARM_AFTER_MS = 400;

let worker: Worker | null = null;
let failedAtMs = Number.NEGATIVE_INFINITY;
let native: Promise<NativeReader | null> | null = null;

/** Fetch and start the readers, so that they are there when the camera is. */
export function warmReaders(): void {
  native ??= findNative();
  if (worker !== null || performance.now() - failedAtMs < AGAIN_AFTER_MS) return;
  worker = new Worker(new URL('./reader-worker.ts', import.meta.url), { type: 'module' });
  worker.addEventListener('error', dropWorker);
}

/** The same a little later, when the first screen stands. Returns how to call it off. */
export function warmReadersSoon(): () => void {
  const timer = window.setTimeout(warmReaders, WARM_AFTER_MS);
  return () => {
    window.clearTimeout(timer);
  };
}

/**
 * The text of a code in the picture, which is given away; null when nobody can read one. One
 * picture at a time.
 */
export async function readPicture(picture: ImageBitmap, way: Way): Promise<string | null> {
  warmReaders();
  const text = await readNatively(picture);
  // The phone's reader does not know every code that ours does, light ones on dark for one.
  return text ?? readByWorker({ picture, way });
}

async function readNatively(picture: ImageBitmap): Promise<string | null> {
  const reader = await native;
  if (reader === null) return null;
  try {
    const [found] = await reader.detect(picture);
    return found?.rawValue ?? null;
  } catch {
    // The service behind it has gone; it does not come back while this page lives.
    native = Promise.resolve(null);
    return null;
  }
}

async function readByWorker(question: Question): Promise<string | null> {
  const asked = worker;
  if (asked === null) {
    question.picture.close();
    await new Promise((resolve) => window.setTimeout(resolve, AGAIN_AFTER_MS));
    return null;
  }
  return new Promise((resolve) => {
    const told = new AbortController();
    const tell = (text: string | null): void => {
      told.abort();
      resolve(text);
    };
    const { signal } = told;
    asked.addEventListener('message', ({ data }) => tell(data as string | null), { signal });
    asked.addEventListener('error', () => tell(null), { signal });
    asked.postMessage(question, [question.picture]);
  });
}

function dropWorker(): void {
  worker?.terminate();
  worker = null;
  failedAtMs = performance.now();
}

async function findNative(): Promise<NativeReader | null> {
  const { BarcodeDetector } = globalThis as { readonly BarcodeDetector?: NativeReaderClass };
  if (BarcodeDetector === undefined) return null;
  try {
    const formats = await BarcodeDetector.getSupportedFormats();
    return formats.includes('qr_code') ? new BarcodeDetector({ formats: ['qr_code'] }) : null;
  } catch {
    return null;
  }
}
