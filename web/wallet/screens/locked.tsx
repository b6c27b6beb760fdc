import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Icon } from '../../design/icon.tsx';
import { signOut } from '../api.ts';
import { unlockScreen } from '../app-lock.ts';
import { TEXT } from '../text.ts';
import { PrimaryButton } from '../parts/primary-button.tsx';
import { Notice, Screen } from '../parts/screen.tsx';

/** In front of the wallet until the phone says who holds it. */
export function Locked() {
  const failed = useSignal(false);
  const busy = useSignal(false);
  const unlock = async (): Promise<void> => {
    busy.value = true;
    failed.value = !(await unlockScreen());
    busy.value = false;
  };
  useEffect(() => {
    // Some browsers want a touch first: then the button is that touch, and nothing has failed.
    void unlockScreen();
  }, []);
  return (
    <Screen title={TEXT.security.lock.title} layout="outcome">
      <div class="outcome" data-tone="plain">
        <span class="outcome-mark">
          <Icon name="locked" />
        </span>
        <p>{TEXT.security.lock.lead}</p>
      </div>
      {failed.value ? (
        <Notice tone="bad" icon="warning">
          {TEXT.security.lock.failed}
        </Notice>
      ) : null}
      <div class="actions">
        <PrimaryButton aria-disabled={busy.value} onClick={() => void unlock()}>
          <Icon name="unlocked" />
          {TEXT.security.lock.unlock}
        </PrimaryButton>
        <button
          type="button"
          class="button"
          data-kind="quiet"
          data-wide
          onClick={() => void signOut()}
        >
          {TEXT.security.lock.signOut}
        </button>
      </div>
    </Screen>
  );
}
