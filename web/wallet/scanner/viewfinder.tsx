import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { cue } from '../cues.ts';
import { beginOpening, readScanned } from '../opening.ts';
import { TEXT } from '../text.ts';
import { type CameraFault, startCamera } from './camera.ts';
import { LensControls, usePinch } from './lens-controls.tsx';
import type { Lens } from './lens.ts';

/** How long "not one of ours" stays after the last such code was seen. */
const FOREIGN_SHOWN_MS = 3_000;

/** What the camera sees. A code of ours is sent as soon as it is read. */
export function Viewfinder({ onFault }: { readonly onFault: (fault: CameraFault) => void }) {
  const video = useRef<HTMLVideoElement>(null);
  const lens = useSignal<Lens | null>(null);
  const foreign = useSignal(false);
  const place = usePinch(lens);
  useEffect(() => {
    let ended = false;
    let stop = (): void => undefined;
    let foreignTimer = 0;
    const onText = (text: string): void => {
      const code = readScanned(text);
      if (ended) return;
      if (code !== null) {
        ended = true;
        stop();
        cue('SCANNED');
        beginOpening(code);
        return;
      }
      foreign.value = true;
      window.clearTimeout(foreignTimer);
      foreignTimer = window.setTimeout(() => {
        foreign.value = false;
      }, FOREIGN_SHOWN_MS);
    };
    const start = async (): Promise<void> => {
      if (video.current === null) return;
      const camera = await startCamera(video.current, onText);
      if (typeof camera === 'string') {
        if (!ended) onFault(camera);
        return;
      }
      stop = camera.stop;
      if (ended) stop();
      else lens.value = camera.lens;
    };
    void start();
    return () => {
      ended = true;
      window.clearTimeout(foreignTimer);
      stop();
    };
  }, []);
  const running = lens.value !== null;
  return (
    <div class="viewfinder" data-running={running} ref={place}>
      <video ref={video} playsInline muted aria-label={TEXT.scan.title} />
      <div class="viewfinder-frame" aria-hidden="true" />
      {lens.value === null ? null : <LensControls lens={lens.value} />}
      <p class="viewfinder-hint" role="status" data-foreign={foreign.value}>
        {foreign.value ? TEXT.scan.notOurs : running ? TEXT.scan.hint : TEXT.scan.starting}
      </p>
    </div>
  );
}
