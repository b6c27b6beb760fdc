/** A pinhole camera before a flat code. */

import type { View } from './view.ts';

/** The frame of which the issue speaks. */
export const FRAME_WIDTH = 640;
export const FRAME_HEIGHT = 480;
/** Focal length of a phone's main camera, in pixels of the frame: about 60° across. */
export const FOCAL = 554;

type Vector = readonly [number, number, number];

/** The code's axes, the way out of its plane, and its middle, as the camera sees them. */
type Pose = {
  readonly across: Vector;
  readonly down: Vector;
  readonly out: Vector;
  readonly middle: Vector;
};

/** Lengths are in what a side of `side` is measured in: modules, for one. */
function poseOf(view: View, side: number): Pose {
  const radians = (degrees: number): number => (degrees * Math.PI) / 180;
  const [cr, sr] = [Math.cos(radians(view.roll)), Math.sin(radians(view.roll))];
  const [cy, sy] = [Math.cos(radians(view.yaw)), Math.sin(radians(view.yaw))];
  const [cp, sp] = [Math.cos(radians(view.pitch)), Math.sin(radians(view.pitch))];
  const distance = (FOCAL * side) / (view.size * FRAME_HEIGHT);
  const away = distance / FOCAL;
  return {
    across: [cr * cy + sr * sp * sy, sr * cp, -cr * sy + sr * sp * cy],
    down: [-sr * cy + cr * sp * sy, cr * cp, sr * sy + cr * sp * cy],
    out: [cp * sy, -sp, cp * cy],
    middle: [view.shiftX * away, view.shiftY * away, distance],
  };
}

/**
 * Nine numbers that take a ray of the camera (x and y at a distance of one) to a point of the
 * code's plane, in modules from its middle.
 */
export function toCode(view: View, modulesAcross: number): Float64Array {
  const { across, down, out, middle } = poseOf(view, modulesAcross);
  const reach = dot(out, middle);
  const row = (axis: Vector): number[] => {
    const own = dot(axis, middle);
    return [0, 1, 2].map((at) => reach * (axis[at] ?? 0) - own * (out[at] ?? 0));
  };
  return Float64Array.from([...row(across), ...row(down), ...out]);
}

/** Whether all four corners of the code are in the frame. */
export function isWhole(view: View): boolean {
  const { across, down, middle } = poseOf(view, 1);
  return [-1, 1].every((right) =>
    [-1, 1].every((below) => {
      const [x = 0, y = 0, z = 1] = [0, 1, 2].map(
        (at) => (middle[at] ?? 0) + ((across[at] ?? 0) * right) / 2 + ((down[at] ?? 0) * below) / 2,
      );
      const [fromMiddleX, fromMiddleY] = [(FOCAL * x) / z, (FOCAL * y) / z];
      return Math.abs(fromMiddleX) < FRAME_WIDTH / 2 && Math.abs(fromMiddleY) < FRAME_HEIGHT / 2;
    }),
  );
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
