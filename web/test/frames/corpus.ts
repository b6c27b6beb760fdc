/**
 * Scenes with a code, drawn by lot from a seed, and how the wallet's scanner fares with them: it
 * gets the frames of a video in turn, as from the camera, and looks at each as it would there.
 */

import process from 'node:process';
import { machineQr } from '@seqr-ups/contract';
import { nextLook } from '../../wallet/scanner/look.ts';
import { type Luma, readCode } from '../../wallet/scanner/reader.ts';
import { readAgain } from '../../wallet/scanner/second-reader.ts';
import { FRAME_HEIGHT, FRAME_WIDTH } from './camera-geometry.ts';
import { drawFrame, modulesOf } from './frame.ts';
import { type Random, seeded } from './random.ts';
import { type Condition, shaken, type View } from './view.ts';

/** A code as it is printed by default, and with the signature of the installation. */
export const KINDS = ['plain', 'signed'] as const;
/** One of them. */
export type Kind = (typeof KINDS)[number];

/** Looks that the scanner has in 300 ms on a phone that takes 60 ms for one. */
export const LOOKS = 5;

/** One scene: what stands in the code, and its frames, drawn when they are asked for. */
export type Scene = {
  readonly text: string;
  readonly frame: (index: number) => Luma;
};

/**
 * What a reader made of a scene: with which look it read the code, from 1; null: with none. Times
 * are the processor's, which other work on the machine does not lengthen by waiting.
 */
export type Outcome = { readonly looks: number | null; readonly lookMs: readonly number[] };

/** Reads one frame; `turn` counts the looks at a scene. */
export type Reader = (frame: Luma, turn: number) => string | null | Promise<string | null>;

const SIGNATURE_BYTES = 64;
const MACHINES = 11;
/** Keeps the seeds of neighbouring scenes apart. */
const SEED_STEP = 7919;

/** The scene number `index` of a condition. */
export function sceneOf(condition: Condition, kind: Kind, index: number): Scene {
  const name = `${condition.name}/${kind}`;
  let seed = index * SEED_STEP;
  for (const letter of name) seed = Math.imul(seed, 31) + (letter.codePointAt(0) ?? 0);
  const random = seeded(seed);
  const plain = machineQr('demo', String(1001 + (index % MACHINES)));
  const bytes = Uint8Array.from({ length: SIGNATURE_BYTES }, () => random.between(0, 256));
  const text = kind === 'plain' ? plain : `${plain}&s=${Buffer.from(bytes).toString('base64url')}`;
  return { text, frame: videoOf(text, condition.draw(random), random) };
}

/** A hand-held video of a code: its frames, drawn when they are asked for. */
export function videoOf(text: string, first: View, random: Random): (at: number) => Luma {
  const modules = modulesOf(text);
  let view = first;
  const frames: Luma[] = [];
  return (at) => {
    for (let next = frames.length; next <= at; next += 1) {
      if (next > 0) view = shaken(view, random);
      frames.push(drawFrame(modules, view, random));
    }
    const found = frames[at];
    if (found === undefined) throw new RangeError(`no frame ${String(at)}`);
    return found;
  };
}

/** The wallet's scanner before its second reader has come. */
export const firstReader: Reader = (frame, turn) =>
  readCode(frame, nextLook(FRAME_WIDTH, FRAME_HEIGHT, turn).way);

/** The wallet's scanner. */
export const bothReaders: Reader = async (frame, turn) =>
  (await firstReader(frame, turn)) ??
  readAgain(frame, nextLook(FRAME_WIDTH, FRAME_HEIGHT, turn).way);

/** Shows a scene to a reader until it has read it. Throws when it read something else. */
export async function show(scene: Scene, reader: Reader): Promise<Outcome> {
  const lookMs: number[] = [];
  for (let turn = 0; turn < LOOKS; turn += 1) {
    const frame = scene.frame(turn);
    const began = process.threadCpuUsage();
    const text = await reader(frame, turn);
    const { user, system } = process.threadCpuUsage(began);
    lookMs.push((user + system) / 1_000);
    if (text === scene.text) return { looks: turn + 1, lookMs };
    if (text !== null) throw new Error(`read ${JSON.stringify(text)}, not ${scene.text}`);
  }
  return { looks: null, lookMs };
}
