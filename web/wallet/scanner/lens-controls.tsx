import type { Signal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { numberText } from '../../design/amount.ts';
import { Icon } from '../../design/icon.tsx';
import { TEXT } from '../text.ts';
import type { Lens, Zoom } from './lens.ts';
import './lens-controls.css';

/** Light and zoom over the picture, each where the camera has it. */
export function LensControls({ lens }: { readonly lens: Lens }) {
  if (!lens.hasTorch && lens.zoom === null) return null;
  return (
    <div class="lens-controls">
      {lens.zoom === null ? null : <ZoomSlider lens={lens} zoom={lens.zoom} />}
      {lens.hasTorch ? <Torch lens={lens} /> : null}
    </div>
  );
}

function Torch({ lens }: { readonly lens: Lens }) {
  const lit = lens.torchOn.value;
  return (
    <button
      type="button"
      class="lens-torch"
      aria-label={TEXT.camera.light}
      aria-pressed={lit}
      onClick={() => void lens.setTorch(!lit)}
    >
      <Icon name="torch" />
    </button>
  );
}

function ZoomSlider({ lens, zoom }: { readonly lens: Lens; readonly zoom: Zoom }) {
  const value = lens.zoomed.value;
  // Some cameras count in hundredths; the smallest is what the eye calls once.
  const times = zoom.min > 0 ? value / zoom.min : value;
  return (
    <input
      type="range"
      class="lens-zoom"
      aria-label={TEXT.camera.zoom}
      aria-valuetext={TEXT.camera.times(numberText(times.toFixed(1)))}
      min={zoom.min}
      max={zoom.max}
      step={zoom.step}
      value={value}
      onInput={(event) => void lens.setZoom(event.currentTarget.valueAsNumber)}
    />
  );
}

/** Two fingers on the element that this is the ref of bring the code nearer. */
export function usePinch(lens: Signal<Lens | null>): RefObject<HTMLDivElement | null> {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const fingers = new Map<number, PointerEvent>();
    let began: { readonly apart: number; readonly zoom: number } | null = null;
    const apart = (): number => {
      const [first, second] = [...fingers.values()];
      if (first === undefined || second === undefined) return 0;
      return Math.hypot(first.clientX - second.clientX, first.clientY - second.clientY);
    };
    const down = (event: PointerEvent): void => {
      fingers.set(event.pointerId, event);
      const zoom = lens.peek()?.zoomed.peek() ?? 0;
      began = fingers.size === 2 && apart() > 0 ? { apart: apart(), zoom } : null;
    };
    const move = (event: PointerEvent): void => {
      if (!fingers.has(event.pointerId)) return;
      fingers.set(event.pointerId, event);
      if (began !== null) void lens.peek()?.setZoom((began.zoom * apart()) / began.apart);
    };
    const up = (event: PointerEvent): void => {
      fingers.delete(event.pointerId);
      began = null;
    };
    const ended = new AbortController();
    const { signal } = ended;
    element.addEventListener('pointerdown', down, { signal });
    element.addEventListener('pointermove', move, { signal });
    for (const end of ['pointerup', 'pointercancel'] as const) {
      window.addEventListener(end, up, { signal });
    }
    return () => {
      ended.abort();
    };
  }, []);
  return place;
}
