import { Icon } from '../../design/icon.tsx';
import { stateWords } from '../endings.ts';
import { unfinished } from '../purchases.ts';
import { placeOf } from './purchase-list.tsx';
import { LinkTo } from './screen.tsx';

/** The way back to a purchase that still needs its customer; nothing when there is none. */
export function Unfinished() {
  const purchase = unfinished.value;
  if (purchase === null) return null;
  return (
    <LinkTo to={{ screen: 'PURCHASE', id: purchase.id }} class="resume">
      <Icon name={purchase.state === 'RESERVED' ? 'unlocked' : 'clock'} />
      <span>
        <strong>{placeOf(purchase)}</strong>
        <span class="small">{stateWords(purchase.state, purchase.kind)}</span>
      </span>
      <Icon name="forward" />
    </LinkTo>
  );
}
