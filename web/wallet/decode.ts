/** The QR decoder, apart so that it loads while the camera starts and never before. */

import { decodeQR } from 'qr/decode.js';

/**
 * How long one frame may take; the next frame is a better chance than a longer look at this one.
 */
const FRAME_BUDGET_MS = 60;

/** The text of the code in one RGBA frame, or null when there is none that can be read. */
export function decodeFrame(frame: ImageData): string | null {
  try {
    return decodeQR(frame, { timeLimit: FRAME_BUDGET_MS });
  } catch {
    return null;
  }
}
