/**
 * The camera as a source of QR texts: frames of the video are drawn small and decoded, one at a
 * time.
 */

/**
 * Longer side of the picture that is decoded: enough for a code at arm's length, little to compute.
 */
const FRAME_SIDE_MAX = 720;
/** Pause between two looks, so that a slow phone still draws and scrolls. */
const LOOK_PAUSE_MS = 60;

/** Why there are no pictures. */
export type CameraFault = 'DENIED' | 'MISSING';

/** A running camera. */
export type Camera = { readonly stop: () => void };

/**
 * Show the back camera in `video` and report every text that is read, until stopped. Resolves once
 * pictures come, or with the reason why there will be none.
 */
export async function startCamera(
  video: HTMLVideoElement,
  onText: (text: string) => void,
): Promise<Camera | CameraFault> {
  // The decoder travels while the customer is asked for the camera and it warms up.
  const decoder = import('./decode.ts');
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
    video.srcObject = stream;
    await video.play();
    const { decodeFrame } = await decoder;
    const look = frameReader(video);
    const next = (): void => {
      if (stopped) return;
      const frame = look();
      const text = frame === null ? null : decodeFrame(frame);
      if (text !== null) onText(text);
      window.setTimeout(next, LOOK_PAUSE_MS);
    };
    next();
    return { stop };
  } catch {
    stop();
    return 'MISSING';
  }
}

async function openStream(devices: MediaDevices): Promise<MediaStream | CameraFault> {
  try {
    return await devices.getUserMedia({
      audio: false,
      video: {
        facingMode: { ideal: 'environment' },
        width: { ideal: 1280 },
        height: { ideal: 720 },
      },
    });
  } catch (error) {
    const refused = error instanceof DOMException && error.name === 'NotAllowedError';
    return refused ? 'DENIED' : 'MISSING';
  }
}

/** Draws the present picture into one canvas that is kept; null while there is no picture yet. */
function frameReader(video: HTMLVideoElement): () => ImageData | null {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { willReadFrequently: true, alpha: false });
  return () => {
    const { videoWidth, videoHeight } = video;
    if (context === null || videoWidth === 0 || videoHeight === 0) return null;
    const scale = Math.min(1, FRAME_SIDE_MAX / Math.max(videoWidth, videoHeight));
    const width = Math.round(videoWidth * scale);
    const height = Math.round(videoHeight * scale);
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    context.drawImage(video, 0, 0, width, height);
    return context.getImageData(0, 0, width, height);
  };
}
