/** What a machine looks like and speaks, as its fleet file says and its panel shows. */

/**
 * What kind of machine stands there. COFFEE has a spout, SPIRAL coils that push products into a
 * tray, LAUNDRY drums, CHARGER a cable, LOCKER doors that spring open.
 */
export const MACHINE_FACES = ['COFFEE', 'SPIRAL', 'LAUNDRY', 'CHARGER', 'LOCKER'] as const;
/** One of {@link MACHINE_FACES}. */
export type MachineFace = (typeof MACHINE_FACES)[number];

/** The languages that a machine's display speaks. */
export const MACHINE_LANGUAGES = ['en', 'sv', 'pl', 'de'] as const;
/** One of {@link MACHINE_LANGUAGES}. */
export type MachineLanguage = (typeof MACHINE_LANGUAGES)[number];

/**
 * How much of something one vend of a slot gives: minutes that a drum turns, or watt-hours that a
 * charger delivers. Whole numbers.
 */
export type MachineMeasure = {
  readonly slot: number;
  readonly amount: number;
  readonly unit: 'MINUTE' | 'WATT_HOUR';
};
