import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { install, installWay } from '../installed.ts';
import { type PushState, pushState, switchPushOn } from '../push.ts';
import { choose, settings } from '../settings.ts';
import { TEXT } from '../text.ts';
import { Question } from './question.tsx';

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
    <Question
      icon="bell"
      title={title}
      yes={{
        words: yes,
        onClick: () => {
          choose({ askedPush: true });
          void switchPushOn();
        },
      }}
      no={{ words: no, onClick: () => choose({ askedPush: true }) }}
    >
      <p>{note}</p>
    </Question>
  );
}

/** At the end of home: put the wallet on the home screen. Never over anything, and asked once. */
export function InstallHint() {
  const way = installWay();
  if (way === null || settings.value.askedInstall) return null;
  const { title, note, action, ios, later } = TEXT.app.install;
  return (
    <Question
      icon="install"
      title={title}
      yes={way === 'PROMPT' ? { words: action, onClick: () => void install() } : null}
      no={{ words: later, onClick: () => choose({ askedInstall: true }) }}
    >
      <p>{way === 'PROMPT' ? note : `${note} ${ios}`}</p>
    </Question>
  );
}
