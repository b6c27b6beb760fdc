/** Where in a picture to look next, at what size and in which way. */

/** Ways to tell dark from light: as it stands, against its surroundings, and without the grain. */
export const WAYS = ['PLAIN', 'LOCAL', 'SMOOTH'] as const;
/** One of them. */
export type Way = (typeof WAYS)[number];

/** One look: a part of the camera's picture, and the size at which it is read. */
export type Look = {
  readonly x: number;
  readonly y: number;
  readonly partWidth: number;
  readonly partHeight: number;
  readonly width: number;
  readonly height: number;
  readonly way: Way;
};

/**
 * The most points of a picture that are read: half as many again as 640×480. A mid-range phone
 * takes some 50 ms for them.
 */
const POINTS_MAX = 480_000;

/**
 * The look number `turn` at a picture. A picture that is larger than what is read is looked at by
 * turns: its middle as sharp as it came, where the frame on the screen has the customer hold the
 * code, and all of it, smaller. Every second look is the middle, every third in the same way.
 */
export function nextLook(width: number, height: number, turn: number): Look {
  const way = WAYS[turn % WAYS.length] ?? 'PLAIN';
  const shrink = Math.min(1, Math.sqrt(POINTS_MAX / (width * height)));
  if (shrink === 1 || turn % 2 === 1) {
    return {
      x: 0,
      y: 0,
      partWidth: width,
      partHeight: height,
      width: Math.round(width * shrink),
      height: Math.round(height * shrink),
      way,
    };
  }
  const side = Math.min(width, height, Math.floor(Math.sqrt(POINTS_MAX)));
  return {
    x: Math.round((width - side) / 2),
    y: Math.round((height - side) / 2),
    partWidth: side,
    partHeight: side,
    width: side,
    height: side,
    way,
  };
}
