/** What a charger's display counts. */

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ofLocale } from '../../design/locale.ts';

/** How often the figures move. */
const STEP_MS = 100;
/** A socket of 16 A and three phases; in time-lapse, as all of this machine's vends. */
const POWER_W = 11_000;
/** The power rises and falls within this share of the time. */
const RAMP = 0.12;

type Charge = {
  readonly charging: boolean;
  /** What will have flowed at the end. */
  readonly wattHours: number;
  readonly vendMs: number;
};

/** Power and energy now, as texts in kilowatts and kilowatt-hours. */
export function usePower({ charging, wattHours, vendMs }: Charge) {
  const share = useSignal(0);
  useEffect(() => {
    if (!charging) return undefined;
    const startMs = performance.now();
    share.value = 0;
    const timer = window.setInterval(() => {
      share.value = Math.min(1, (performance.now() - startMs) / Math.max(1, vendMs));
    }, STEP_MS);
    return () => {
      window.clearInterval(timer);
    };
  }, [charging, vendMs]);
  const done = charging ? share.value : 1;
  const ramp = charging ? Math.min(1, done / RAMP, (1 - done) / RAMP) : 0;
  return {
    power: figure((POWER_W * Math.max(0, ramp)) / 1000, 1),
    energy: figure((wattHours * done) / 1000, 2),
  };
}

/** Energy of a whole charge in kilowatt-hours, as short as it is exact. */
export function kilowattHours(wattHours: number): string {
  return figure(wattHours / 1000, wattHours % 1000 === 0 ? 0 : 1);
}

function figure(value: number, digits: number): string {
  const format = ofLocale(`figure-${String(digits)}`, (tag) => {
    const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    return new Intl.NumberFormat(tag, options);
  });
  return format.format(value);
}
