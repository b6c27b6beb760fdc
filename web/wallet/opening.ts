/**
 * From a code to an offer. One opening is on its way at a time; it waits for sign-in when nobody is
 * signed in, and is sent exactly once however often the network makes us repeat it.
 */

import type { CodeJson, ProblemJson, PurchaseJson } from '@seqr-ups/contract';
import { invoiceQr, machineQr, parseQr, SEQR_HOST, tillQr } from '@seqr-ups/contract';
import { effect, signal, untracked } from '@preact/signals';
import {
  type Answer,
  cancelPurchase,
  fetchPurchases,
  type Intent,
  newIntent,
  openPurchase,
  type OpeningBody,
} from './api.ts';
import { checkSignature } from './code-signature.ts';
import { mayOpen } from './device.ts';
import { isEnding, learn } from './purchases.ts';
import { go } from './route.ts';
import { session } from './session.ts';
import { rememberVerified } from './verified.ts';

/** The names behind a code, as the platform told them. */
export type Owner = Pick<CodeJson, 'merchant' | 'machine'>;

/** What a code says about itself, before anybody was asked. */
export type Code = {
  readonly body: OpeningBody;
  readonly kind: 'MACHINE' | 'TILL' | 'INVOICE';
  /** The merchant's id, where the code has it. */
  readonly merchantId: string | null;
  /** Machine token, till or invoice number. */
  readonly number: string;
  /** Of a machine's code, where it bears one; right or wrong. */
  readonly signature?: string;
  /** Where it was asked for: a link is shown before it is opened. */
  readonly owner?: Owner;
};

/** Where an opening stands. */
export type Opening = {
  readonly code: Code;
  readonly intent: Intent;
  readonly phase:
    | { readonly kind: 'SENDING' }
    /** The till shows nothing to pay yet; it is asked again and again. */
    | { readonly kind: 'WAITING' }
    | { readonly kind: 'LOST' }
    /** It bears a signature that is not the platform's; nothing was sent. */
    | { readonly kind: 'CHANGED' }
    | { readonly kind: 'REFUSED'; readonly problem: ProblemJson };
};

/** The present opening, or null. */
export const opening = signal<Opening | null>(null);

/** Merchant and machine as printed under a machine's code: `demo 1001`. */
const SHORT_FORM = /^\s*([A-Za-z0-9._-]{1,64})[\s/]+([A-Za-z0-9._-]{1,64})\s*$/u;
const REFERENCE = /^\s*(\d{6,32})\s*$/u;
/** A till's or bill's code without its address, as printed under it: `QCAFE2`, `R2026…`. */
const BARE = /^\s*([qr])([A-Za-z0-9]{1,64})\s*$/iu;

/** Pause between two questions to a till that shows nothing yet, where the server names none. */
const WAITING_PAUSE_MS = 1_000;
/** A queue at a till is shorter than this; afterwards a tap asks again. */
const WAITING_MAX_MS = 10 * 60_000;

/** Read a scanned text; null when it is no code that can be paid. */
export function readScanned(text: string): Code | null {
  const parsed = parseQr(text, { publicHosts: [window.location.hostname, window.location.host] });
  const body = { qr: text };
  if (parsed === null) return null;
  switch (parsed.kind) {
    case 'MACHINE':
      return {
        body,
        kind: 'MACHINE',
        merchantId: parsed.merchantId,
        number: parsed.token,
        ...(parsed.signature !== undefined && { signature: parsed.signature }),
      };
    case 'TILL':
      return { body, kind: 'TILL', merchantId: null, number: parsed.seqrId };
    case 'INVOICE':
      break;
  }
  return { body, kind: 'INVOICE', merchantId: null, number: parsed.invoiceReference };
}

/** Read the link that opened this page: a code of this installation's own host. */
export function readLink(href: string): Code | null {
  const { origin } = window.location;
  return readScanned(href.replace(origin, `HTTP://${SEQR_HOST}`));
}

/** Read what was typed or pasted: a code's text, seller and machine, or an invoice's number. */
export function readTyped(text: string): Code | null {
  const short = SHORT_FORM.exec(text);
  if (short?.[1] !== undefined && short[2] !== undefined) {
    return readScanned(machineQr(short[1], short[2]));
  }
  const reference = REFERENCE.exec(text)?.[1];
  if (reference !== undefined) {
    return { body: { reference }, kind: 'INVOICE', merchantId: null, number: reference };
  }
  const [, letter = '', number = ''] = BARE.exec(text) ?? [];
  if (letter !== '') {
    return readScanned(letter.toLowerCase() === 'q' ? tillQr(number) : invoiceQr(number));
  }
  return readScanned(text.trim());
}

/** Codes as they were scanned, to open the same machine again by its signed code. */
const scanned = new Map<string, Code>();
const SCANNED_MAX = 20;

function rememberScanned(code: Code): void {
  if (scanned.size >= SCANNED_MAX) scanned.clear();
  scanned.set(`${code.merchantId ?? ''} ${code.number}`, code);
}

/** The code of a machine: as it was scanned here, else as it would be typed. */
export function machineCode(merchantId: string, token: string): Code | null {
  return scanned.get(`${merchantId} ${token}`) ?? readTyped(`${merchantId} ${token}`);
}

let sending: AbortController | null = null;

/** Begin with a code: the customer has tapped or scanned. Sent as soon as somebody is signed in. */
export function beginOpening(code: Code): void {
  sending?.abort();
  sending = null;
  if (code.signature !== undefined) rememberScanned(code);
  opening.value = { code, intent: newIntent(), phase: { kind: 'SENDING' } };
  go({ screen: 'OPENING' }, { replace: true });
}

/** Send the same opening again: the same intent after LOST, a fresh one after a refusal. */
export function repeatOpening(): void {
  const current = opening.peek();
  if (current === null) return;
  const intent = current.phase.kind === 'REFUSED' ? newIntent() : current.intent;
  opening.value = { ...current, intent, phase: { kind: 'SENDING' } };
}

/** The customer does not want to wait: what the platform may have opened meanwhile is cancelled. */
export function stopOpening(): void {
  const current = opening.peek();
  // A bill is not this customer's alone: giving up must not take it away from the others.
  const ofMachine = current?.code.kind === 'MACHINE';
  const wasSending = ofMachine && current?.phase.kind === 'SENDING' && sending !== null;
  sending?.abort();
  sending = null;
  opening.value = null;
  go({ screen: 'HOME' }, { replace: true });
  if (wasSending) void cancelNewest();
}

// Sends each intent once: when it appears, or once its customer is signed in on a phone that pays.
let sentKey: string | null = null;
effect(() => {
  const current = opening.value;
  if (current?.phase.kind !== 'SENDING' || session.value === null || !mayOpen.value) return;
  untracked(() => {
    if (sending !== null && sentKey === current.intent.key) return;
    sentKey = current.intent.key;
    sending = new AbortController();
    void send(current, sending);
  });
});

async function send(current: Opening, own: AbortController): Promise<void> {
  const changed = await isChanged(current.code);
  const answer = changed || own.signal.aborted ? null : await askUntilThere(current, own.signal);
  if (own.signal.aborted) return;
  sending = null;
  if (answer === null) {
    opening.value = { ...current, phase: { kind: 'CHANGED' } };
  } else if (answer.kind === 'OK') {
    // Where this phone could not tell, the platform has refused every wrong one.
    if (current.code.signature !== undefined) rememberVerified(answer.value.id);
    learn([answer.value]);
    opening.value = null;
    go({ screen: 'PURCHASE', id: answer.value.id }, { replace: true });
  } else if (answer.kind === 'LOST') {
    opening.value = { ...current, phase: { kind: 'LOST' } };
  } else if (answer.problem.code === 'UNAUTHORIZED') {
    // Sent anew once somebody has signed in.
    opening.value = { ...current, intent: newIntent(), phase: { kind: 'SENDING' } };
  } else {
    opening.value = { ...current, phase: { kind: 'REFUSED', problem: answer.problem } };
  }
}

/** Whether a code bears a signature that is not the platform's. */
export async function isChanged({ merchantId, number, signature }: Code): Promise<boolean> {
  return (await checkSignature(merchantId ?? '', number, signature)) === 'CHANGED';
}

/** Opens; while a till shows nothing to pay yet, asks again, each time as a new intent. */
async function askUntilThere(current: Opening, signal: AbortSignal): Promise<Answer<PurchaseJson>> {
  const giveUpAtMs = Date.now() + WAITING_MAX_MS;
  let { intent } = current;
  for (;;) {
    const answer = await openPurchase(current.code.body, intent, signal);
    const waits = answer.kind === 'PROBLEM' && answer.problem.code === 'NO_INVOICE_YET';
    if (!waits || signal.aborted || Date.now() >= giveUpAtMs) return answer;
    if (opening.peek()?.phase.kind !== 'WAITING') {
      opening.value = { ...current, phase: { kind: 'WAITING' } };
    }
    const pauseS = answer.problem.retryAfterS;
    await pause(pauseS === undefined ? WAITING_PAUSE_MS : pauseS * 1_000, signal);
    intent = newIntent();
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    window.setTimeout(resolve, ms);
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

async function cancelNewest(): Promise<void> {
  const page = await fetchPurchases(1, null);
  const newest = page.kind === 'OK' ? page.value.items[0] : undefined;
  const unapproved = newest?.state === 'OPENED' || newest?.state === 'AWAITING_APPROVAL';
  if (newest === undefined || isEnding(newest.state) || !unapproved) return;
  const answer = await cancelPurchase(newest.id, newIntent());
  if (answer.kind === 'OK') learn([answer.value]);
}
