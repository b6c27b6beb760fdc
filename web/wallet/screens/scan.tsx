import { useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Icon } from '../../design/icon.tsx';
import { beginOpening, readTyped } from '../opening.ts';
import type { CameraFault } from '../scanner/camera.ts';
import { Viewfinder } from '../scanner/viewfinder.tsx';
import { TEXT } from '../text.ts';
import { Field } from '../parts/field.tsx';
import { PrimaryButton } from '../parts/primary-button.tsx';
import { Notice, Screen } from '../parts/screen.tsx';

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
      <Field
        label={TEXT.scan.typedLabel}
        hint={TEXT.scan.typedHint}
        wrong={wrong.value ? TEXT.scan.typedWrong : null}
      >
        {(ties) => (
          <input
            {...ties}
            ref={input}
            type="text"
            autocomplete="off"
            autocapitalize="off"
            autocorrect="off"
            spellcheck={false}
            enterkeyhint="go"
            value={typed.value}
            onInput={(event) => {
              typed.value = event.currentTarget.value;
              wrong.value = false;
            }}
          />
        )}
      </Field>
      <PrimaryButton type="submit">
        {TEXT.scan.send}
        <Icon name="forward" />
      </PrimaryButton>
    </form>
  );
}
