import type { MachineFace } from '@seqr-ups/contract';
import { Icon } from '../../design/icon.tsx';
import type { Happening, Item } from '../happening.ts';
import { TEXT } from '../text.ts';
import { ProductArt } from './product-art.tsx';

type TrayProps = {
  readonly face: MachineFace;
  readonly seen: Happening;
  /** Something is on its way. */
  readonly busy: boolean;
};

/**
 * What the customer takes with the hand: products out of the tray, the cup, the plug, a locker's
 * door. They outlive the session that delivered them. A laundry gives nothing to take.
 */
export function Tray({ face, seen, busy }: TrayProps) {
  if (face === 'LAUNDRY') return null;
  const { items, take } = seen;
  const empty: Record<Exclude<MachineFace, 'LAUNDRY'>, string> = {
    SPIRAL: TEXT.trayEmpty,
    COFFEE: TEXT.cupEmpty,
    CHARGER: TEXT.nothingPlugged,
    LOCKER: TEXT.doorsClosed,
  };
  return (
    <section class="tray" data-face={face} aria-label={TEXT.tray} aria-live="polite">
      {items.length === 0 ? <p class="tray-empty">{busy ? TEXT.loading : empty[face]}</p> : null}
      {items.map((item) => (
        <TrayItem key={item.key} face={face} item={item} onTake={() => take(item)} />
      ))}
    </section>
  );
}

type TrayItemProps = {
  readonly face: MachineFace;
  readonly item: Item;
  readonly onTake: () => void;
};

function TrayItem({ face, item, onTake }: TrayItemProps) {
  if (face === 'SPIRAL') {
    return (
      <button type="button" class="tray-item" aria-label={TEXT.take(item.name)} onClick={onTake}>
        <ProductArt name={item.name} slot={item.slot} />
      </button>
    );
  }
  const words =
    face === 'CHARGER'
      ? TEXT.unplug
      : face === 'LOCKER'
        ? TEXT.closeDoor(item.name)
        : TEXT.take(item.name);
  return (
    <button type="button" class="button tray-act" onClick={onTake}>
      <Icon name={face === 'LOCKER' ? 'locked' : 'basket'} />
      {words}
    </button>
  );
}
