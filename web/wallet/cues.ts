/**
 * Cues to hear and to feel, for whoever looks at the machine and not at the phone: the machine
 * unlocks, it is done, it failed. Each can be turned off; nothing is said by a cue alone.
 */

import type { PurchaseJson } from '@seqr-ups/contract';
import { settings } from './settings.ts';

/** What there is a cue for. */
export type Cue = 'SCANNED' | 'UNLOCKED' | 'DONE' | 'FAILED';

/** Pitches in Hz, one after another. Rising is good, falling is bad; a scan is only felt. */
const TONES: Readonly<Record<Cue, readonly number[]>> = {
  SCANNED: [],
  UNLOCKED: [660, 880],
  DONE: [660, 880, 1_100],
  FAILED: [330, 247],
};
/** Vibration and pauses in ms. */
const PULSES: Readonly<Record<Cue, number[]>> = {
  SCANNED: [40],
  UNLOCKED: [30, 60, 30],
  DONE: [60],
  FAILED: [120, 80, 120],
};
const TONE_S = 0.12;
const FADE_S = 0.03;
/** Of full scale: heard beside a machine, not across a hall. */
const LOUDNESS = 0.2;

let context: AudioContext | null = null;

/** Give a cue, as far as the customer wants it and the phone can. */
export function cue(kind: Cue): void {
  if (settings.peek().haptics) navigator.vibrate?.(PULSES[kind]);
  if (settings.peek().sound) play(TONES[kind]);
}

/** The cue for what became of a purchase; none while nothing has been decided. */
export function cueOf(before: PurchaseJson | undefined, now: PurchaseJson): Cue | null {
  if (before === undefined || before.state === now.state) return null;
  switch (now.state) {
    case 'RESERVED':
      return now.kind === 'MACHINE' ? 'UNLOCKED' : 'DONE';
    case 'CONFIRMING':
      return 'DONE';
    case 'PAID':
      return before.state === 'CONFIRMING' ? null : 'DONE';
    case 'RELEASED':
    case 'REFUSED':
    case 'EXPIRED':
      return 'FAILED';
    case 'CANCELED':
      return now.ending?.code === 'BY_CUSTOMER' ? null : 'FAILED';
    case 'OPENED':
    case 'AWAITING_APPROVAL':
    case 'AWAITING_MERCHANT':
      break;
  }
  return null;
}

function play(tones: readonly number[]): void {
  // Made late: a browser lets a page sound only once its customer has touched it.
  context ??= new AudioContext();
  void context.resume();
  for (const [index, pitchHz] of tones.entries()) {
    const startS = context.currentTime + index * TONE_S;
    const tone = context.createOscillator();
    const gain = context.createGain();
    tone.frequency.value = pitchHz;
    gain.gain.setValueAtTime(0, startS);
    gain.gain.linearRampToValueAtTime(LOUDNESS, startS + FADE_S);
    gain.gain.linearRampToValueAtTime(0, startS + TONE_S);
    tone.connect(gain).connect(context.destination);
    tone.start(startS);
    tone.stop(startS + TONE_S);
  }
}
