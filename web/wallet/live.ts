/**
 * Live news of purchases: the server's event stream, read by fetch (a token never stands in an
 * address), and polling beside it. The stream makes it fast, polling makes it certain: phones
 * sleep, proxies buffer, radios change cells.
 */

import type { PurchaseJson } from '@seqr-ups/contract';
import { effect, signal } from '@preact/signals';
import { eventRequest } from './api.ts';
import { learn, refreshPurchase } from './purchases.ts';
import { session } from './session.ts';

const BACK_OFF_MS = [500, 1_000, 2_000, 5_000, 10_000] as const;
/** Without a byte for so long (comments included) the stream is taken for dead. */
const SILENCE_MS = 45_000;
/** A glance at another app is no leaving. */
const AWAY_AFTER_MS = 3_000;
const POLL_WITHOUT_STREAM_MS = 1_500;
const POLL_BESIDE_STREAM_MS = 8_000;
/** An event is one purchase with its rows; a stream that sends more without a break is not ours. */
const EVENT_CHARS_MAX = 256 * 1024;

/** The id of the last event, by which the server knows what a reconnect has missed. */
let lastEventId: string | null = null;

/**
 * True while nobody looks: the stream is closed then, which spares the battery and tells the
 * platform to send a notification instead. Coming back goes on where it left off.
 */
export const away = signal(document.hidden);

/** True while the event stream is open. */
const streaming = signal(false);

/** Keep the stream open while somebody is signed in. Call once. */
export function startLive(): void {
  noteAway();
  effect(() => {
    if (session.value === null) {
      lastEventId = null;
      return undefined;
    }
    if (away.value) return undefined;
    const ended = new AbortController();
    void keepStreaming(ended.signal);
    return () => {
      ended.abort();
    };
  });
}

/**
 * Poll one purchase, rarely while the stream is open, often while it is not. Returns the end of it.
 */
export function watchPurchase(id: string): () => void {
  let timer = 0;
  let stopped = false;
  const poll = async (): Promise<void> => {
    window.clearTimeout(timer);
    if (!document.hidden) await refreshPurchase(id);
    if (stopped) return;
    const pauseMs = streaming.peek() ? POLL_BESIDE_STREAM_MS : POLL_WITHOUT_STREAM_MS;
    timer = window.setTimeout(() => void poll(), pauseMs);
  };
  const wake = (): void => {
    if (!document.hidden && !stopped) void poll();
  };
  document.addEventListener('visibilitychange', wake);
  window.addEventListener('online', wake);
  void poll();
  return () => {
    stopped = true;
    window.clearTimeout(timer);
    document.removeEventListener('visibilitychange', wake);
    window.removeEventListener('online', wake);
  };
}

function noteAway(): void {
  let timer = 0;
  document.addEventListener('visibilitychange', () => {
    window.clearTimeout(timer);
    if (!document.hidden) away.value = false;
    else {
      timer = window.setTimeout(() => {
        away.value = true;
      }, AWAY_AFTER_MS);
    }
  });
}

async function keepStreaming(ended: AbortSignal): Promise<void> {
  let failures = 0;
  while (!ended.aborted) {
    const heard = await streamOnce(ended);
    streaming.value = false;
    failures = heard ? 0 : failures + 1;
    if (!ended.aborted) await pause(BACK_OFF_MS[Math.min(failures, BACK_OFF_MS.length - 1)] ?? 0);
  }
}

/** One connection from beginning to end; true when the server spoke at all. */
async function streamOnce(ended: AbortSignal): Promise<boolean> {
  const request = eventRequest(lastEventId);
  if (request === null) return false;
  const silent = new AbortController();
  let silence = window.setTimeout(() => silent.abort(), SILENCE_MS);
  try {
    const response = await fetch(request.url, {
      headers: request.headers,
      cache: 'no-store',
      signal: AbortSignal.any([ended, silent.signal]),
    });
    if (!response.ok || response.body === null) return false;
    streaming.value = true;
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return true;
      window.clearTimeout(silence);
      silence = window.setTimeout(() => silent.abort(), SILENCE_MS);
      rest = takeEvents(rest + value);
      if (rest.length > EVENT_CHARS_MAX) return true;
    }
  } catch {
    return false;
  } finally {
    window.clearTimeout(silence);
  }
}

/** Learn from every whole event in `text`; the unfinished tail is returned. */
function takeEvents(text: string): string {
  const events = text.replaceAll('\r\n', '\n').split('\n\n');
  const tail = events.pop() ?? '';
  for (const event of events) {
    const lines = event.split('\n');
    lastEventId = fieldOf(lines, 'id') ?? lastEventId;
    const data = fieldOf(lines, 'data');
    if (data !== null) learnEvent(data);
  }
  return tail;
}

/** The value of a field of one event, several lines of it joined; null when it has none. */
function fieldOf(lines: readonly string[], name: string): string | null {
  const own = lines.filter((line) => line.startsWith(`${name}:`));
  if (own.length === 0) return null;
  return own.map((line) => line.slice(name.length + 1).replace(/^ /u, '')).join('\n');
}

function learnEvent(data: string): void {
  try {
    const purchase = JSON.parse(data) as Partial<PurchaseJson>;
    if (typeof purchase.id === 'string' && typeof purchase.state === 'string') {
      learn([purchase as PurchaseJson]);
    }
  } catch {
    // Not an event of ours; the poll beside the stream will tell.
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    window.setTimeout(resolve, ms);
  });
}
