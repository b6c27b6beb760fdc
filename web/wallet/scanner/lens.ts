/** What a camera can do besides taking pictures: light and zoom, where the device has them. */

import { type ReadonlySignal, signal } from '@preact/signals';

/** Members of the image-capture extensions, which TypeScript's declarations do not know. */
type Range = { readonly min: number; readonly max: number; readonly step?: number };
type LensCapabilities = {
  readonly torch?: boolean;
  readonly zoom?: Range;
  readonly focusMode?: readonly string[];
};

/** How far a camera zooms, as its track counts it. */
export type Zoom = { readonly min: number; readonly max: number; readonly step: number };

/** Light and zoom of a running camera. */
export type Lens = {
  readonly hasTorch: boolean;
  readonly torchOn: ReadonlySignal<boolean>;
  readonly setTorch: (on: boolean) => Promise<void>;
  /** Null where the camera cannot. */
  readonly zoom: Zoom | null;
  readonly zoomed: ReadonlySignal<number>;
  /** A value beyond the range becomes its end. */
  readonly setZoom: (value: number) => Promise<void>;
};

const ZOOM_KEY = 'seqr.zoom';
/** Where the lens does not say: fine enough for a thumb. */
const STEPS = 40;
/** Nearer than this a hand is too unsteady, whatever the camera can. */
const TIMES_MAX = 6;

/** Lit until the page is left: who scans in the dark scans again there; tomorrow is another day. */
let torchWanted = false;

/**
 * Make the best of the camera: it focuses by itself, and zoom and light are as the customer had
 * them. Never rejects: a lens that does not obey still takes pictures.
 */
export async function prepareLens(track: MediaStreamTrack): Promise<Lens> {
  const can = capabilities(track);
  if (can.focusMode?.includes('continuous') === true) {
    await apply(track, { focusMode: 'continuous' });
  }
  const zoom = zoomOf(can);
  const zoomed = signal(zoom === null ? 1 : startingZoom(zoom, track));
  const hasTorch = can.torch === true;
  const torchOn = signal(hasTorch && torchWanted);
  if (zoom !== null && zoomed.peek() !== current(track)) {
    await apply(track, { zoom: zoomed.peek() });
  }
  if (torchOn.peek()) await apply(track, { torch: true });
  return {
    hasTorch,
    torchOn,
    setTorch: async (on) => {
      torchWanted = on;
      torchOn.value = on;
      await apply(track, { torch: on });
    },
    zoom,
    zoomed,
    setZoom: async (value) => {
      if (zoom === null) return;
      zoomed.value = within(zoom, value);
      keepZoom(zoomed.peek());
      await apply(track, { zoom: zoomed.peek() });
    },
  };
}

function capabilities(track: MediaStreamTrack): LensCapabilities {
  // Absent in older Firefox, whatever the types say.
  return 'getCapabilities' in track ? (track.getCapabilities() as LensCapabilities) : {};
}

function current(track: MediaStreamTrack): number | undefined {
  return (track.getSettings() as { readonly zoom?: number }).zoom;
}

function zoomOf({ zoom }: LensCapabilities): Zoom | null {
  if (zoom === undefined || zoom.max <= zoom.min) return null;
  const { min } = zoom;
  const max = Math.min(zoom.max, min > 0 ? min * TIMES_MAX : zoom.max);
  const step = zoom.step === undefined || zoom.step === 0 ? (max - min) / STEPS : zoom.step;
  return { min, max, step };
}

function startingZoom(zoom: Zoom, track: MediaStreamTrack): number {
  return within(zoom, keptZoom() ?? current(track) ?? zoom.min);
}

function within({ min, max }: Zoom, value: number): number {
  return Math.min(max, Math.max(min, value));
}

function keptZoom(): number | null {
  try {
    const kept = Number(localStorage.getItem(ZOOM_KEY) ?? Number.NaN);
    return Number.isNaN(kept) ? null : kept;
  } catch {
    return null;
  }
}

function keepZoom(value: number): void {
  try {
    localStorage.setItem(ZOOM_KEY, String(value));
  } catch {
    // Storage is full or forbidden: the zoom then lasts as long as this scan.
  }
}

async function apply(track: MediaStreamTrack, constraint: Record<string, unknown>): Promise<void> {
  try {
    await track.applyConstraints({ advanced: [constraint] });
  } catch {
    // It stays as it was, which the picture shows.
  }
}
