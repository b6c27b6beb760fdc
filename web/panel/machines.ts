/**
 * What the page knows of the machines, live: the event stream of one, with polling where the stream
 * fails, and polling for the fleet.
 */

import type { PanelInstallationJson, PanelMachineJson, SelectionJson } from '@seqr-ups/contract';
import { signal } from '@preact/signals';
import { learnServerDate } from '../design/server-clock.ts';
import { language } from './text.ts';

const API = '/api/machines';
const POLL_MS = 1_000;
/** A vend may take a slow motor's time; its answer comes after it. */
const SELECTION_TIMEOUT_MS = 120_000;
const ANSWER_TIMEOUT_MS = 5_000;
/** The first render waits for the machine's language no longer than this. */
const FIRST_LOOK_TIMEOUT_MS = 1_500;

/** One machine as this page last heard of it. */
export type Seen =
  | { readonly kind: 'WAITING' | 'UNKNOWN' | 'LOST' }
  | { readonly kind: 'SEEN'; readonly machine: PanelMachineJson; readonly online: boolean };

/** The machine of this page. */
export const seen = signal<Seen>({ kind: 'WAITING' });

/** The fleet, or null until heard; the last one heard while the machines do not answer. */
export const fleet = signal<readonly PanelMachineJson[] | null>(null);

/** False while the machines' process does not answer. */
export const online = signal(true);

/** Where the wallet is, or null: then the panel does not lead there. */
export const walletUrl = signal<string | null>(null);

/** The machine before anything is drawn, or null: what it speaks, decides the page's language. */
export async function firstLook(token: string): Promise<PanelMachineJson | null> {
  const path = `${API}/${encodeURIComponent(token)}`;
  const answer = await call<PanelMachineJson>(path, FIRST_LOOK_TIMEOUT_MS);
  return answer.kind === 'OK' ? answer.value : null;
}

/** Asks once where the wallet is. */
export async function learnWallet(): Promise<void> {
  const answer = await get<PanelInstallationJson>('/api/installation');
  if (answer.kind === 'OK') walletUrl.value = answer.value.walletUrl;
}

/** Follow one machine until the returned function is called. */
export function watchMachine(token: string): () => void {
  const path = `${API}/${encodeURIComponent(token)}`;
  const events = new EventSource(asked(`${path}/events`));
  let timer = 0;
  let stopped = false;
  const poll = async (): Promise<void> => {
    window.clearTimeout(timer);
    const answer = await get<PanelMachineJson>(asked(path));
    if (stopped) return;
    take(answer);
    if (events.readyState !== EventSource.OPEN)
      timer = window.setTimeout(() => void poll(), POLL_MS);
  };
  const onEvent = (event: MessageEvent<string>): void => {
    show(JSON.parse(event.data) as PanelMachineJson);
  };
  events.addEventListener('machine', onEvent);
  events.addEventListener('message', onEvent);
  events.addEventListener('error', () => void poll());
  void poll();
  return () => {
    stopped = true;
    window.clearTimeout(timer);
    events.close();
  };
}

/** Poll the whole fleet until the returned function is called. */
export function watchFleet(): () => void {
  let timer = 0;
  let stopped = false;
  const poll = async (): Promise<void> => {
    const answer = await get<readonly PanelMachineJson[]>(asked(API));
    if (stopped) return;
    online.value = answer.kind === 'OK';
    if (answer.kind === 'OK') fleet.value = answer.value;
    timer = window.setTimeout(() => void poll(), POLL_MS);
  };
  void poll();
  return () => {
    stopped = true;
    window.clearTimeout(timer);
  };
}

/** Press a product's button. Null when the machine did not answer. */
export async function select(token: string, slot: number): Promise<SelectionJson | null> {
  const path = `${API}/${encodeURIComponent(token)}/selections`;
  const answer = await call<SelectionJson>(path, SELECTION_TIMEOUT_MS, { slot });
  return answer.kind === 'OK' ? answer.value : null;
}

/** Press Finish. False when the machine did not answer. */
export async function finish(token: string): Promise<boolean> {
  const path = asked(`${API}/${encodeURIComponent(token)}/finish`);
  const answer = await call<PanelMachineJson>(path, SELECTION_TIMEOUT_MS, {});
  if (answer.kind === 'OK') show(answer.value);
  return answer.kind === 'OK';
}

/** The display is to speak as the page does. */
function asked(path: string): string {
  return `${path}?lang=${language()}`;
}

type Answer<T> = { readonly kind: 'OK'; readonly value: T } | { readonly kind: 'MISSING' | 'LOST' };

function take(answer: Answer<PanelMachineJson>): void {
  if (answer.kind === 'OK') return show(answer.value);
  const before = seen.peek();
  if (answer.kind === 'MISSING') seen.value = { kind: 'UNKNOWN' };
  else if (before.kind === 'SEEN') seen.value = { ...before, online: false };
  else seen.value = { kind: 'LOST' };
  return undefined;
}

function show(machine: PanelMachineJson): void {
  seen.value = { kind: 'SEEN', machine, online: true };
}

function get<T>(path: string): Promise<Answer<T>> {
  return call<T>(path, ANSWER_TIMEOUT_MS);
}

async function call<T>(path: string, timeoutMs: number, body?: object): Promise<Answer<T>> {
  const init: RequestInit = { cache: 'no-store', signal: AbortSignal.timeout(timeoutMs) };
  if (body !== undefined) {
    init.method = 'POST';
    init.headers = { 'content-type': 'application/json' };
    init.body = JSON.stringify(body);
  }
  try {
    const sentAtMs = Date.now();
    const response = await fetch(path, init);
    learnServerDate(response.headers.get('date'), sentAtMs, Date.now());
    if (response.status === 404) return { kind: 'MISSING' };
    if (!response.ok) return { kind: 'LOST' };
    return { kind: 'OK', value: (await response.json()) as T };
  } catch {
    return { kind: 'LOST' };
  }
}
