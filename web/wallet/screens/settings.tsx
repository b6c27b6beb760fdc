import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { cue } from '../cues.ts';
import { type PushState, pushState, switchPushOff, switchPushOn } from '../push.ts';
import { choose, settings } from '../settings.ts';
import { chooseLanguage, chosenLanguage, type Language, TEXT } from '../text.ts';
import { LANGUAGE_NAMES } from '../text/names.ts';
import { Chips } from '../parts/chips.tsx';
import { List, ListButton } from '../parts/list.tsx';
import { Notice, Screen } from '../parts/screen.tsx';
import { Section } from '../parts/section.tsx';
import { Toggle } from '../parts/toggle.tsx';

/** What the customer chooses about this device; each choice works at once. */
export function Settings() {
  return (
    <Screen title={TEXT.app.settings.title} back={{ screen: 'ACCOUNT' }} layout="narrow">
      <Languages />
      <Cues />
      <Notifications />
    </Screen>
  );
}

const AS_PHONE = 'phone';

function Languages() {
  const words = TEXT.app.settings;
  const known = Object.entries(LANGUAGE_NAMES).map(([value, name]) => ({
    value: value as Language,
    words: name,
  }));
  return (
    <Section title={words.language}>
      <Chips<Language | typeof AS_PHONE>
        label={words.language}
        options={[{ value: AS_PHONE, words: words.asPhone }, ...known]}
        value={chosenLanguage() ?? AS_PHONE}
        onChange={(choice) => void chooseLanguage(choice === AS_PHONE ? null : choice)}
      />
    </Section>
  );
}

function Cues() {
  const words = TEXT.app.settings;
  const { sound, haptics } = settings.value;
  return (
    <Section title={words.cues}>
      <List>
        <Toggle
          icon="sound"
          title={words.sound}
          note={words.soundNote}
          on={sound}
          onChange={(on) => {
            choose({ sound: on });
          }}
        />
        <Toggle
          icon="vibrate"
          title={words.haptics}
          note={words.hapticsNote}
          on={haptics}
          onChange={(on) => {
            choose({ haptics: on });
          }}
        />
        <ListButton
          icon="check"
          title={words.tryIt}
          disabled={!sound && !haptics}
          onClick={() => {
            cue('DONE');
          }}
        />
      </List>
    </Section>
  );
}

function Notifications() {
  const words = TEXT.app.settings;
  const state = useSignal<PushState | null>(null);
  const failed = useSignal(false);
  useEffect(() => {
    void pushState().then((found) => {
      state.value = found;
    });
  }, []);
  const change = async (on: boolean): Promise<void> => {
    failed.value = false;
    choose({ askedPush: true });
    if (on) failed.value = !(await switchPushOn());
    else await switchPushOff();
    state.value = await pushState();
  };
  const notes = { ON: words.notificationsNote, OFF: words.notificationsNote };
  const blocked = { DENIED: words.denied, IMPOSSIBLE: words.impossible };
  const now = state.value ?? 'OFF';
  return (
    <Section title={words.notifications}>
      <List>
        <Toggle
          icon="bell"
          title={words.notifications}
          note={{ ...notes, ...blocked }[now]}
          on={now === 'ON'}
          disabled={state.value === null || now === 'DENIED' || now === 'IMPOSSIBLE'}
          onChange={(on) => void change(on)}
        />
      </List>
      {failed.value && now === 'OFF' ? (
        <Notice tone="bad" icon="warning">
          {words.failed}
        </Notice>
      ) : null}
    </Section>
  );
}
