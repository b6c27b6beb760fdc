import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { Icon } from '../../design/icon.tsx';
import { type CameraFault, startCamera } from '../camera.ts';
import { beginOpening, readScanned, readTyped } from '../opening.ts';
import { TEXT } from '../text.ts';
import { Notice, Screen } from '../parts/screen.tsx';

/** How long "not one of ours" stays after the last such code was seen. */
const FOREIGN_SHOWN_MS = 3_000;

/** The camera, or typing where the camera does not help. The wallet's own camera sends at once. */
export function Scan() {
  const typing = useSignal(false);
  const fault = useSignal<CameraFault | null>(null);
  const faultText = { DENIED: TEXT.scan.denied, MISSING: TEXT.scan.missing };
  const byHand = typing.value || fault.value !== null;
  return (
    <Screen title={TEXT.scan.title} back={{ screen: 'HOME' }} layout="scan">
      {fault.value === null ? null : (
        <Notice tone="wait" icon="info">
          {faultText[fault.value]}
        </Notice>
      )}
      {byHand ? (
        <Typing />
      ) : (
        <Viewfinder
          onFault={(seen) => {
            fault.value = seen;
          }}
        />
      )}
      {fault.value === null ? (
        <button
          type="button"
          class="button"
          data-wide
          onClick={() => {
            typing.value = !typing.value;
          }}
        >
          <Icon name={typing.value ? 'scan' : 'keyboard'} />
          {typing.value ? TEXT.scan.camera : TEXT.scan.type}
        </button>
      ) : null}
    </Screen>
  );
}

function Viewfinder({ onFault }: { readonly onFault: (fault: CameraFault) => void }) {
  const video = useRef<HTMLVideoElement>(null);
  const running = useSignal(false);
  const foreign = useSignal(false);
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
        navigator.vibrate?.(40);
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
      else running.value = true;
    };
    void start();
    return () => {
      ended = true;
      window.clearTimeout(foreignTimer);
      stop();
    };
  }, []);
  return (
    <div class="viewfinder" data-running={running.value}>
      <video ref={video} playsInline muted aria-label={TEXT.scan.title} />
      <div class="viewfinder-frame" aria-hidden="true" />
      <p class="viewfinder-hint" role="status" data-foreign={foreign.value}>
        {foreign.value ? TEXT.scan.notOurs : running.value ? TEXT.scan.hint : TEXT.scan.starting}
      </p>
    </div>
  );
}

function Typing() {
  const typed = useSignal('');
  const wrong = useSignal(false);
  const input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    input.current?.focus();
  }, []);
  const submit = (event: Event): void => {
    event.preventDefault();
    const code = readTyped(typed.value);
    wrong.value = code === null;
    if (code === null) input.current?.focus();
    else beginOpening(code);
  };
  return (
    <form class="typing" onSubmit={submit} noValidate>
      <div class="field">
        <label for="code">{TEXT.scan.typedLabel}</label>
        <input
          id="code"
          ref={input}
          type="text"
          autocomplete="off"
          autocapitalize="off"
          autocorrect="off"
          spellcheck={false}
          enterkeyhint="go"
          aria-describedby="code-hint"
          aria-invalid={wrong.value}
          value={typed.value}
          onInput={(event) => {
            typed.value = event.currentTarget.value;
            wrong.value = false;
          }}
        />
        <p id="code-hint" class="small soft">
          {TEXT.scan.typedHint}
        </p>
      </div>
      {wrong.value ? (
        <Notice tone="bad" icon="warning">
          {TEXT.scan.typedWrong}
        </Notice>
      ) : null}
      <button type="submit" class="button" data-kind="primary" data-size="large" data-wide>
        {TEXT.scan.send}
        <Icon name="forward" />
      </button>
    </form>
  );
}
