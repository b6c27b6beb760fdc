/** The camera as a source of QR texts: each picture that comes is looked at, one at a time. */

import { type Lens, prepareLens } from './lens.ts';
import { nextLook } from './look.ts';
import { readPicture, warmReaders } from './reading.ts';

/** Longest wait for the next picture: where the browser does not tell, or the camera stopped. */
const PICTURE_WAIT_MS = 100;

/** Why there are no pictures. */
export type CameraFault = 'DENIED' | 'MISSING';

/** A running camera. */
export type Camera = { readonly lens: Lens; readonly stop: () => void };

/**
 * Show the back camera in `video` and report every text that is read, until stopped. Resolves once
 * pictures come, or with the reason why there will be none.
 */
export async function startCamera(
  video: HTMLVideoElement,
  onText: (text: string) => void,
): Promise<Camera | CameraFault> {
  // The reader travels while the customer is asked for the camera and it warms up.
  warmReaders();
  // Absent on origins that are not secure, whatever the types say.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (devices === undefined) return 'MISSING';
  const stream = await openStream(devices);
  if (typeof stream === 'string') return stream;
  let stopped = false;
  const stop = (): void => {
    stopped = true;
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  };
  try {
    const [track] = stream.getVideoTracks();
    if (track === undefined) return 'MISSING';
    video.srcObject = stream;
    await video.play();
    void keepLooking(video, onText, () => stopped);
    return { lens: await prepareLens(track), stop };
  } catch {
    stop();
    return 'MISSING';
  }
}

async function openStream(devices: MediaDevices): Promise<MediaStream | CameraFault> {
  // Zoom is lent only to those who ask for it with the camera.
  const video: MediaTrackConstraints & { readonly zoom: boolean } = {
    facingMode: { ideal: 'environment' },
    width: { ideal: 1280 },
    height: { ideal: 720 },
    zoom: true,
  };
  try {
    return await devices.getUserMedia({ audio: false, video });
  } catch (error) {
    const refused = error instanceof DOMException && error.name === 'NotAllowedError';
    return refused ? 'DENIED' : 'MISSING';
  }
}

async function keepLooking(
  video: HTMLVideoElement,
  onText: (text: string) => void,
  isStopped: () => boolean,
): Promise<void> {
  for (let turn = 0; !isStopped(); turn += 1) {
    const picture = await takePicture(video, turn);
    const text = picture === null ? null : await readPicture(picture.bitmap, picture.way);
    if (isStopped()) return;
    if (text !== null) onText(text);
    await untilNextPicture(video);
  }
}

/** The part of the present picture that is looked at; null while there is none yet. */
async function takePicture(video: HTMLVideoElement, turn: number) {
  const { videoWidth, videoHeight } = video;
  if (videoWidth === 0 || videoHeight === 0) return null;
  const { x, y, partWidth, partHeight, width, height, way } = nextLook(
    videoWidth,
    videoHeight,
    turn,
  );
  try {
    const size = { resizeWidth: width, resizeHeight: height };
    return { bitmap: await createImageBitmap(video, x, y, partWidth, partHeight, size), way };
  } catch {
    return null;
  }
}

/** Resolves with the next picture, also when none comes: a stopped camera must end the loop. */
function untilNextPicture(video: HTMLVideoElement): Promise<void> {
  return new Promise((resolve) => {
    const timer = window.setTimeout(resolve, PICTURE_WAIT_MS);
    video.requestVideoFrameCallback(() => {
      window.clearTimeout(timer);
      resolve();
    });
  });
}
