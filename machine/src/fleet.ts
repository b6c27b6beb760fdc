/** Reads the fleet file (`SEQR_FLEET`): which machines this process runs, and how they behave. */

import { readFileSync } from 'node:fs';
import {
  MACHINE_FACES,
  MACHINE_LANGUAGES,
  parseAmount,
  parseQr,
  type FleetMachine,
  type MachineMeasure,
  type MachineProduct,
} from '@seqr-ups/contract';

/** How many machines one process runs at most. */
const MACHINES_MAX = 1024;
/** How many products a machine has at most. */
const PRODUCTS_MAX = 64;
/** Longest name or place, in characters. */
const TEXT_MAX = 100;
/** Largest slot number. */
const SLOT_MAX = 999;
/** Largest initial fill of a slot. */
const STOCK_MAX = 1_000_000;
/** Longest turn of a motor, in ms: ten minutes, which a laundry or charger would not need. */
const VEND_MS_MAX = 600_000;
/** Most minutes or watt-hours of one vend. */
const MEASURE_MAX = 1_000_000;
const UNITS = ['MINUTE', 'WATT_HOUR'] as const;

/** The characters of a token in a code (unattended-payments §2); a token of dots is no address. */
const TOKEN = /^(?=.*[A-Za-z0-9_-])[A-Za-z0-9_.-]{1,64}$/;

/** A fleet file that cannot be used. The message is one sentence that names the place. */
class FleetError extends Error {
  override readonly name = 'FleetError';
}

/**
 * Reads and checks a fleet file: a JSON array of {@link FleetMachine}.
 *
 * @throws FleetError naming the file and the first member at fault.
 */
export function readFleet(path: string): FleetMachine[] {
  let json: string;
  try {
    json = readFileSync(path, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new FleetError(`The fleet file ${path} cannot be read: ${why}.`, { cause: error });
  }
  try {
    return parseFleet(JSON.parse(json));
  } catch (error) {
    if (!(error instanceof FleetError || error instanceof SyntaxError)) throw error;
    throw new FleetError(`The fleet file ${path} is not usable: ${error.message}.`, {
      cause: error,
    });
  }
}

/**
 * Checks a fleet.
 *
 * @throws FleetError naming the first member at fault.
 */
export function parseFleet(value: unknown): FleetMachine[] {
  const list = asArray(value, 'the file', 1, MACHINES_MAX);
  const fleet = list.map((machine, index) => parseMachine(machine, `machine ${index + 1}`));
  refuseRepeats(
    fleet.map((machine) => machine.token),
    'the file',
    'token',
  );
  return fleet;
}

function parseMachine(value: unknown, at: string): FleetMachine {
  const machine = asObject(value, at);
  const token = machine['token'];
  if (typeof token !== 'string' || !TOKEN.test(token)) {
    fail(`${at}: token must be 1 to 64 of A-Z a-z 0-9 _ . -`);
  }
  const where = `machine "${token}"`;
  const products = asArray(machine['products'], `${where}: products`, 1, PRODUCTS_MAX).map(
    (product, index) => parseProduct(product, `${where}: products[${index}]`),
  );
  const slots = products.map((product) => product.slot);
  refuseRepeats(slots, where, 'slot');
  const jamming = asArray(machine['jammingSlots'] ?? [], `${where}: jammingSlots`, 0, PRODUCTS_MAX);
  const jammingSlots = jamming.map((slot) => {
    if (typeof slot !== 'number' || !slots.includes(slot)) {
      fail(`${where}: jammingSlots names a slot ${JSON.stringify(slot)} that it does not have`);
    }
    return slot;
  });
  const measures = asArray(machine['measures'] ?? [], `${where}: measures`, 0, PRODUCTS_MAX).map(
    (measure, index) => parseMeasure(measure, `${where}: measures[${index}]`, slots),
  );
  const place = machine['place'] ?? null;
  const language = machine['language'] ?? null;
  return {
    token,
    name: asText(machine['name'], `${where}: name`),
    place: place === null ? null : asText(place, `${where}: place`),
    products,
    singleVend: asBoolean(machine['singleVend'], `${where}: singleVend`),
    vendMs: asInteger(machine['vendMs'], `${where}: vendMs`, 0, VEND_MS_MAX),
    jammingSlots,
    outOfService: asBoolean(machine['outOfService'] ?? false, `${where}: outOfService`),
    face: asOneOf(machine['face'] ?? 'SPIRAL', `${where}: face`, MACHINE_FACES),
    language: language === null ? null : asOneOf(language, `${where}: language`, MACHINE_LANGUAGES),
    measures,
    ...codeOf(machine, token, where),
  };
}

/** The code on its sticker must be its own, whether or not it is signed. */
function codeOf(machine: Record<string, unknown>, token: string, where: string): { code?: string } {
  const { code = null } = machine;
  if (code === null) return {};
  const target = typeof code === 'string' ? parseQr(code) : null;
  if (typeof code !== 'string' || target?.kind !== 'MACHINE' || target.token !== token) {
    fail(`${where}: code must be the text of its own code, as "seqr qr" writes it`);
  }
  return { code };
}

function parseMeasure(value: unknown, at: string, slots: readonly number[]): MachineMeasure {
  const { slot, amount, unit } = asObject(value, at);
  if (typeof slot !== 'number' || !slots.includes(slot)) {
    fail(`${at} names a slot ${JSON.stringify(slot)} that the machine does not have`);
  }
  return {
    slot,
    amount: asInteger(amount, `${at}.amount`, 1, MEASURE_MAX),
    unit: asOneOf(unit, `${at}.unit`, UNITS),
  };
}

function parseProduct(value: unknown, at: string): MachineProduct {
  const product = asObject(value, at);
  const price = asObject(product['price'], `${at}.price`);
  const { value: amount, currency } = price;
  const parsed =
    typeof amount === 'string' && typeof currency === 'string'
      ? parseAmount({ value: amount, currency })
      : null;
  if (!parsed?.ok || parsed.money.minor <= 0n) {
    fail(`${at}.price must be an amount above 0 such as {"value": "2.50", "currency": "EUR"}`);
  }
  return {
    slot: asInteger(product['slot'], `${at}.slot`, 1, SLOT_MAX),
    name: asText(product['name'], `${at}.name`),
    price: { value: String(amount), currency: String(currency) },
    stock: asInteger(product['stock'], `${at}.stock`, 0, STOCK_MAX),
  };
}

function asArray(value: unknown, at: string, least: number, most: number): unknown[] {
  if (!Array.isArray(value) || value.length < least || value.length > most) {
    fail(`${at} must be an array of ${least} to ${most}`);
  }
  return value;
}

function asObject(value: unknown, at: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    fail(`${at} must be an object`);
  }
  return value as Record<string, unknown>;
}

function asText(value: unknown, at: string): string {
  if (typeof value !== 'string' || value.trim() === '' || value.length > TEXT_MAX) {
    fail(`${at} must be a text of 1 to ${TEXT_MAX} characters`);
  }
  return value;
}

function asBoolean(value: unknown, at: string): boolean {
  if (typeof value !== 'boolean') fail(`${at} must be true or false`);
  return value;
}

function asInteger(value: unknown, at: string, least: number, most: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most) {
    fail(`${at} must be a whole number from ${least} to ${most}`);
  }
  return value;
}

function asOneOf<T extends string>(value: unknown, at: string, words: readonly T[]): T {
  const found = words.find((word) => word === value);
  return found ?? fail(`${at} must be one of ${words.join(', ')}`);
}

function refuseRepeats(values: readonly (string | number)[], at: string, what: string): void {
  const repeated = values.find((value, index) => values.indexOf(value) !== index);
  if (repeated !== undefined) fail(`${at} has ${what} ${repeated} twice`);
}

function fail(message: string): never {
  throw new FleetError(message);
}
