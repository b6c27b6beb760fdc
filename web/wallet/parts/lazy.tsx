import { useSignal } from '@preact/signals';
import type { FunctionComponent } from 'preact';
import { useEffect } from 'preact/hooks';
import { TEXT } from '../text.ts';
import { Outcome } from './outcome.tsx';
import { PrimaryButton } from './primary-button.tsx';
import { Screen } from './screen.tsx';

/**
 * A screen whose code is fetched when it is first shown, so that the first load stays small:
 * `lazyScreen(() => import('./screens/history.tsx').then(({ History }) => History))`. Not for a
 * screen between a scan and its receipt. When the code cannot be fetched the customer is told, and
 * tries again by loading the page anew: browsers remember a module that failed, and the server may
 * have a newer version by now.
 */
export function lazyScreen<P extends object>(
  load: () => Promise<FunctionComponent<P>>,
): FunctionComponent<P> {
  let loaded: FunctionComponent<P> | null = null;
  return function LazyScreen(props: P) {
    const state = useSignal<'WAITING' | 'LOADED' | 'FAILED'>(
      loaded === null ? 'WAITING' : 'LOADED',
    );
    useEffect(() => {
      if (loaded !== null) return;
      load().then(
        (component) => {
          loaded = component;
          state.value = 'LOADED';
        },
        () => {
          state.value = 'FAILED';
        },
      );
    }, []);
    const Loaded = loaded;
    if (state.value === 'LOADED' && Loaded !== null) return <Loaded {...props} />;
    return state.value === 'FAILED' ? <Failed /> : <Waiting />;
  };
}

function Waiting() {
  return (
    <Screen title={TEXT.loading} layout="narrow" back={{ screen: 'HOME' }}>
      <p role="status" class="placeholder">
        {TEXT.loading}
      </p>
    </Screen>
  );
}

function Failed() {
  return (
    <Outcome
      title={TEXT.offline.title}
      detail={TEXT.offline.read}
      tone="wait"
      icon="offline"
      saysOffline
      actions={
        <PrimaryButton
          onClick={() => {
            window.location.reload();
          }}
        >
          {TEXT.retry}
        </PrimaryButton>
      }
    />
  );
}
