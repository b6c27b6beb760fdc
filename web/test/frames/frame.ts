/**
 * Draws what a phone's camera sees of a code, pixel by pixel: a pinhole camera before a label on a
 * machine's front, the lens's blur, a lamp's reflection, the sensor's noise.
 */

import { encodeQR } from 'qr';
import type { Luma } from '../../wallet/scanner/reader.ts';
import { FOCAL, FRAME_HEIGHT, FRAME_WIDTH, toCode } from './camera-geometry.ts';
import type { Random } from './random.ts';
import type { View } from './view.ts';

const QUIET_MODULES = 4;
/** The label reaches this much beyond the quiet zone. */
const LABEL_MODULES = 3;
/** The machine's front beside it. */
const FRONT_LIGHT = 0.35;
const FRONT_DARK = 0.1;
/** Between the pixels of a screen: its part of a pixel, and of its light. */
const SCREEN_GAP = 0.16;
const SCREEN_GAP_LIGHT = 0.45;
/** Samples a side that make up one pixel: edges are grey, as through a lens. */
const SAMPLES = 2;
/** How hard the edge of a reflection is. */
const GLARE_EDGE = 0.35;
const GLARE_LIGHT = 1.6;
const WHITE = 255;
/** A shot noise of so much at full light, with the square root of the light. */
const SHOT_NOISE = 1.5;

/** The modules of a text as the panel and the labels draw it. */
export function modulesOf(text: string): readonly boolean[][] {
  return encodeQR(text, 'raw', { ecc: 'medium', border: QUIET_MODULES });
}

/** One frame. `random` draws the noise alone. */
export function drawFrame(modules: readonly boolean[][], view: View, random: Random): Luma {
  const light = sceneLight(modules, view);
  const sharp = view.motion > 0 ? moved(light, view) : light;
  return {
    width: FRAME_WIDTH,
    height: FRAME_HEIGHT,
    data: exposed(blurred(sharp, view.blur), view.noise, random),
  };
}

/** The light that comes from each point, before the lens. */
function sceneLight(modules: readonly boolean[][], view: View): Float32Array {
  const half = modules.length / 2;
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0] = toCode(
    view,
    modules.length - 2 * QUIET_MODULES,
  );
  const reflection = reflectionOn(modules.length - 2 * QUIET_MODULES, view);
  const light = new Float32Array(FRAME_WIDTH * FRAME_HEIGHT);
  for (let y = 0; y < FRAME_HEIGHT; y += 1) {
    for (let x = 0; x < FRAME_WIDTH; x += 1) {
      let sum = 0;
      let [u, v] = [0, 0];
      for (let part = 0; part < SAMPLES * SAMPLES; part += 1) {
        const rayX = (x + ((part % SAMPLES) + 0.5) / SAMPLES - FRAME_WIDTH / 2) / FOCAL;
        const rayY = (y + ((part >> 1) + 0.5) / SAMPLES - FRAME_HEIGHT / 2) / FOCAL;
        const depth = g * rayX + h * rayY + i;
        u = (a * rayX + b * rayY + c) / depth;
        v = (d * rayX + e * rayY + f) / depth;
        sum += reflected(modules, view, u + half, v + half);
      }
      const shade = view.exposure * (1 + ((view.falloff - 1) * x) / FRAME_WIDTH);
      light[y * FRAME_WIDTH + x] = (sum / (SAMPLES * SAMPLES)) * shade + reflection(u, v);
    }
  }
  return light;
}

/** What a lamp adds at a point of the code: twice as long as wide, as a tube's reflection is. */
function reflectionOn(side: number, view: View): (u: number, v: number) => number {
  if (view.glare === 0) return () => 0;
  const radius = Math.sqrt((view.glare * side * side) / Math.PI);
  const middleU = (view.glareX - 0.5) * side;
  const middleV = (view.glareY - 0.5) * side;
  return (u, v) => {
    const [along, beside] = [(u - middleU) / Math.SQRT2, (v - middleV) * Math.SQRT2];
    const off = Math.sqrt(along * along + beside * beside) / radius;
    return GLARE_LIGHT * Math.max(0, Math.min(1, (1 - off) / GLARE_EDGE));
  };
}

/** What the label, or the machine's front beside it, sends back at a point in modules. */
function reflected(modules: readonly boolean[][], view: View, u: number, v: number): number {
  const side = modules.length;
  if (u < 0 || v < 0 || u >= side || v >= side) {
    const end = side + LABEL_MODULES;
    if (u > -LABEL_MODULES && v > -LABEL_MODULES && u < end && v < end) return view.light;
    // Buttons and slots on the front: dark bars, as false finders come from.
    return Math.floor(u / 5) % 3 === 0 && Math.floor(v / 3) % 2 === 0 ? FRONT_DARK : FRONT_LIGHT;
  }
  const value = modules[Math.trunc(v)]?.[Math.trunc(u)] === true ? view.dark : view.light;
  if (view.screen === 0) return value;
  const inPixel = (place: number): number => (place * view.screen) % 1;
  const gap = inPixel(u) < SCREEN_GAP || inPixel(v) < SCREEN_GAP;
  return gap ? value * SCREEN_GAP_LIGHT : value;
}

/** The hand moved while the shutter was open. */
function moved(light: Float32Array, view: View): Float32Array {
  const steps = Math.max(2, Math.round(view.motion));
  const angle = (view.motionAngle * Math.PI) / 180;
  const result = new Float32Array(light.length);
  for (let step = 0; step < steps; step += 1) {
    const along = (step / (steps - 1) - 0.5) * view.motion;
    const dx = Math.round(along * Math.cos(angle));
    const dy = Math.round(along * Math.sin(angle));
    for (let y = 0; y < FRAME_HEIGHT; y += 1) {
      const row = Math.max(0, Math.min(FRAME_HEIGHT - 1, y + dy)) * FRAME_WIDTH;
      for (let x = 0; x < FRAME_WIDTH; x += 1) {
        const from = row + Math.max(0, Math.min(FRAME_WIDTH - 1, x + dx));
        result[y * FRAME_WIDTH + x] =
          (result[y * FRAME_WIDTH + x] ?? 0) + (light[from] ?? 0) / steps;
      }
    }
  }
  return result;
}

/** Gaussian blur, rows and then columns. */
function blurred(light: Float32Array, deviation: number): Float32Array {
  const radius = Math.ceil(deviation * 2.5);
  const weights = Array.from({ length: 2 * radius + 1 }, (_, index) =>
    Math.exp(-((index - radius) ** 2) / (2 * deviation * deviation)),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const kernel = Float32Array.from(weights, (weight) => weight / sum);
  const rows = along(light, kernel, FRAME_WIDTH, FRAME_HEIGHT, 1, FRAME_WIDTH);
  return along(rows, kernel, FRAME_HEIGHT, FRAME_WIDTH, FRAME_WIDTH, 1);
}

function along(
  from: Float32Array,
  kernel: Float32Array,
  length: number,
  lines: number,
  step: number,
  lineStep: number,
): Float32Array {
  const radius = (kernel.length - 1) / 2;
  const result = new Float32Array(from.length);
  for (let line = 0; line < lines; line += 1) {
    const start = line * lineStep;
    for (let at = 0; at < length; at += 1) {
      let sum = 0;
      for (let tap = -radius; tap <= radius; tap += 1) {
        const clamped = at + tap < 0 ? 0 : at + tap >= length ? length - 1 : at + tap;
        sum += (kernel[tap + radius] ?? 0) * (from[start + clamped * step] ?? 0);
      }
      result[start + at * step] = sum;
    }
  }
  return result;
}

/** The sensor: noise, then eight bits. */
function exposed(light: Float32Array, noise: number, random: Random): Uint8Array {
  const luma = new Uint8ClampedArray(light.length);
  for (let at = 0; at < light.length; at += 1) {
    const value = light[at] ?? 0;
    luma[at] = value * WHITE + random.normal() * (noise + SHOT_NOISE * Math.sqrt(value));
  }
  return new Uint8Array(luma.buffer);
}
