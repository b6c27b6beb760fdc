/**
 * How a code is seen in one frame of a video, and the frames that follow while the hand that holds
 * the phone shakes.
 */

import { isWhole } from './camera-geometry.ts';
import type { Random } from './random.ts';

/** One look at a code. Angles in degrees, lengths in pixels of the frame, light from 0 to 1. */
export type View = {
  /** Side of the code without its quiet zone, as a part of the frame's height, before any tilt. */
  readonly size: number;
  /** Around the line of sight. */
  readonly roll: number;
  /** Around the code's upright and level axis. */
  readonly yaw: number;
  readonly pitch: number;
  /** Of the code's middle from the frame's. */
  readonly shiftX: number;
  readonly shiftY: number;
  /** What the dark and the light modules send back. */
  readonly dark: number;
  readonly light: number;
  /** Light on the left and on the right side of the frame. */
  readonly exposure: number;
  readonly falloff: number;
  /** Standard deviation of the lens's blur; length and direction of the hand's. */
  readonly blur: number;
  readonly motion: number;
  readonly motionAngle: number;
  /** Standard deviation of the sensor's noise, in steps of 255. */
  readonly noise: number;
  /** A lamp's reflection: its part of the code's area, and its middle in the code, 0 to 1. */
  readonly glare: number;
  readonly glareX: number;
  readonly glareY: number;
  /** Pixels of a screen to one module, where the code is shown on one; 0 for print. */
  readonly screen: number;
};

/** A name in the table, and how such a view is drawn by lot. */
export type Condition = {
  readonly name: string;
  readonly draw: (random: Random) => View;
};

const TURN = 180;
const STEP_BACK = 0.96;

/** A good view: near, level, sharp, lit; what a condition is about is laid over it. */
function plain(random: Random): View {
  return {
    size: random.between(0.35, 0.8),
    roll: random.between(-TURN, TURN),
    ...tilted(random, 0, 10),
    shiftX: random.between(-40, 40),
    shiftY: random.between(-25, 25),
    dark: random.between(0.05, 0.12),
    light: random.between(0.8, 0.95),
    exposure: random.between(0.7, 1),
    falloff: random.between(0.7, 1),
    blur: random.between(0.4, 0.8),
    motion: 0,
    motionAngle: random.between(0, TURN),
    noise: random.between(1, 3),
    glare: 0,
    glareX: random.between(0.1, 0.9),
    glareY: random.between(0.1, 0.9),
    screen: 0,
  };
}

/** A tilt of `low` to `high` degrees in any direction. */
function tilted(random: Random, low: number, high: number): { yaw: number; pitch: number } {
  const angle = random.between(low, high);
  const direction = random.between(-Math.PI, Math.PI);
  return { yaw: angle * Math.cos(direction), pitch: angle * Math.sin(direction) };
}

const dim = (random: Random): Partial<View> => ({
  exposure: random.between(0.12, 0.3),
  noise: random.between(3, 6),
});
const inverted = (random: Random): Partial<View> => ({
  dark: random.between(0.8, 0.95),
  light: random.between(0.05, 0.12),
});
/** A reflection between the three marks in the corners, on what error correction can restore. */
const glare = (random: Random): Partial<View> => ({
  glare: random.between(0.03, 0.1),
  glareX: random.between(0.42, 0.75),
  glareY: random.between(0.42, 0.75),
});
/** A smaller one on a corner mark, by which readers find a code: the hand has to move. */
const glareOnMark = (random: Random): Partial<View> => ({
  glare: random.between(0.01, 0.04),
  glareX: random.between(0.05, 0.2),
  glareY: random.between(0.05, 0.2),
});

const over = (name: string, ...more: ((random: Random) => Partial<View>)[]): Condition => ({
  name,
  draw: (random) => {
    const view: View = Object.assign(plain(random), ...more.map((change) => change(random)));
    let { size } = view;
    // What stands outside the frame cannot be read; the customer steps back.
    while (!isWhole({ ...view, size })) size *= STEP_BACK;
    return { ...view, size };
  },
});

const steep = (random: Random): Partial<View> => tilted(random, 30, 40);

/** What the issue asks for: up to 40°, inverted, dim, partly glared, and these together. */
export const ASKED: readonly Condition[] = [
  over('level'),
  over('tilt 10-20', (random) => tilted(random, 10, 20)),
  over('tilt 20-30', (random) => tilted(random, 20, 30)),
  over('tilt 30-40', steep),
  over('dim', dim),
  over('inverted', inverted),
  over('glare', glare),
  over('dim, tilt 30-40', dim, steep),
  over('inverted, tilt 30-40', inverted, steep),
  over('glare, tilt 30-40', glare, steep),
];

/** What a code meets besides. */
export const FURTHER: readonly Condition[] = [
  over('glare on a corner mark', glareOnMark),
  over('small', (random) => ({ size: random.between(0.25, 0.35) })),
  over('small, tilt 30-40', (random) => ({ size: random.between(0.25, 0.35) }), steep),
  over('out of focus', (random) => ({ blur: random.between(1.2, 2.2) })),
  over('moving', (random) => ({ motion: random.between(3, 7) })),
  over('noise', (random) => ({ noise: random.between(8, 16) })),
  over('faded print', (random) => ({
    dark: random.between(0.45, 0.55),
    light: random.between(0.65, 0.75),
  })),
  over('screen', (random) => ({ screen: random.between(3, 6) })),
  over('dim, inverted', inverted, dim),
  over('30-40 both axes', (random) => ({
    yaw: Math.sign(random.between(-1, 1)) * random.between(30, 40),
    pitch: Math.sign(random.between(-1, 1)) * random.between(30, 40),
  })),
];

/** The same code a moment later: the hand has moved a little, the focus breathes. */
export function shaken(view: View, random: Random): View {
  return {
    ...view,
    size: view.size * random.between(0.98, 1.02),
    roll: view.roll + random.normal() * 0.8,
    yaw: view.yaw + random.normal() * 0.8,
    pitch: view.pitch + random.normal() * 0.8,
    shiftX: view.shiftX + random.normal() * 4,
    shiftY: view.shiftY + random.normal() * 4,
    blur: view.blur * random.between(0.8, 1.2),
    motion: view.motion * random.between(0.4, 1.3),
    motionAngle: view.motionAngle + random.normal() * 20,
    glareX: view.glareX + random.normal() * 0.02,
    glareY: view.glareY + random.normal() * 0.02,
  };
}
