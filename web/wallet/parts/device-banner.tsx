import { useEffect } from 'preact/hooks';
import { Icon } from '../../design/icon.tsx';
import { mustBeLetIn, ownDevice, refreshDevices, waiting } from '../device.ts';
import { TEXT } from '../text.ts';
import { LinkTo } from './screen.tsx';

/** Whoever holds a phone that waits opens this wallet to let it in, and looks at it meanwhile. */
const LOOK_MS = 10_000;

/** On home: another phone waits to be let in by this one, or this one must be let in itself. */
export function DeviceBanner() {
  useEffect(look, []);
  const [first] = ownDevice.value.state === 'ACTIVE' ? waiting.value : [];
  return (
    <div role="status">
      {mustBeLetIn.value ? (
        <LinkTo to={{ screen: 'ENROL' }} class="resume">
          <Icon name="locked" />
          <span>
            <strong>{TEXT.security.wait.title}</strong>
            <span class="small">{TEXT.security.wait.required}</span>
          </span>
          <Icon name="forward" />
        </LinkTo>
      ) : first === undefined ? null : (
        <LinkTo to={{ screen: 'DEVICE', id: first.id }} class="resume">
          <Icon name="person" />
          <span>
            <strong>{TEXT.security.approve.banner}</strong>
            <span class="small">{TEXT.security.approve.bannerNote}</span>
          </span>
          <Icon name="forward" />
        </LinkTo>
      )}
    </div>
  );
}

function look(): () => void {
  const ask = (): void => {
    if (!document.hidden && ownDevice.peek().state === 'ACTIVE') void refreshDevices();
  };
  const timer = window.setInterval(ask, LOOK_MS);
  document.addEventListener('visibilitychange', ask);
  ask();
  return () => {
    window.clearInterval(timer);
    document.removeEventListener('visibilitychange', ask);
  };
}
