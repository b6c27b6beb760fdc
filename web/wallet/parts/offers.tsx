import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Icon } from '../../design/icon.tsx';
import { install, installWay } from '../installed.ts';
import { type PushState, pushState, switchPushOn } from '../push.ts';
import { choose, settings } from '../settings.ts';
import { TEXT } from '../text.ts';

/**
 * On the receipt of a purchase: shall the wallet tell when the next one ends? Asked once, by us,
 * before the browser asks; whoever says no finds it in the settings.
 */
export function PushOffer() {
  const state = useSignal<PushState | null>(null);
  useEffect(() => {
    void pushState().then((found) => {
      state.value = found;
    });
  }, []);
  if (settings.value.askedPush || state.value !== 'OFF') return null;
  const { title, note, yes, no } = TEXT.app.ask;
  return (
    <section class="card remember" aria-label={title}>
      <h2>
        <Icon name="bell" />
        {title}
      </h2>
      <p>{note}</p>
      <div class="pair">
        <button
          type="button"
          class="button"
          onClick={() => {
            choose({ askedPush: true });
            void switchPushOn();
          }}
        >
          {yes}
        </button>
        <button
          type="button"
          class="button"
          data-kind="quiet"
          onClick={() => {
            choose({ askedPush: true });
          }}
        >
          {no}
        </button>
      </div>
    </section>
  );
}

/** At the end of home: put the wallet on the home screen. Never over anything, and asked once. */
export function InstallHint() {
  const way = installWay();
  if (way === null || settings.value.askedInstall) return null;
  const { title, note, action, ios, later } = TEXT.app.install;
  return (
    <section class="card remember" aria-label={title}>
      <h2>
        <Icon name="install" />
        {title}
      </h2>
      <p>{way === 'PROMPT' ? note : `${note} ${ios}`}</p>
      <div class="pair">
        {way === 'PROMPT' ? (
          <button type="button" class="button" onClick={() => void install()}>
            {action}
          </button>
        ) : null}
        <button
          type="button"
          class="button"
          data-kind="quiet"
          onClick={() => {
            choose({ askedInstall: true });
          }}
        >
          {later}
        </button>
      </div>
    </section>
  );
}
