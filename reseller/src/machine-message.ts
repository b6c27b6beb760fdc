import { MACHINE_STATES, parseAmount } from '@seqr-ups/contract';
import type {
  MachineMessage,
  MachineProduct,
  MachineState,
  Money,
  VendResult,
} from '@seqr-ups/contract';
import type { ReportedVend } from './machine-port.ts';

/** Longer messages are dropped unread: a session of the largest machine stays far below. */
const MESSAGE_BYTES_MAX = 256 * 1024;
/** Longest text taken over into the journal and the invoice, in characters. */
const TEXT_MAX = 128;
/** Most vends of one session, and most products of one machine, that are looked at. */
const LIST_MAX = 1000;

const REFUSALS = ['OUT_OF_SERVICE', 'BUSY', 'ALREADY_USED'] as const;
const PROGRESS = ['UNKNOWN', 'OPEN', 'COMPLETE'] as const;
const RESULTS: readonly VendResult[] = ['VENDED', 'JAMMED', 'REFUSED', 'VENDING'];

type Fields = Readonly<Record<string, unknown>>;

/**
 * A machine's message with its amounts as exact money; members that the type does not have are
 * gone.
 */
export type ReadMessage =
  | { readonly type: 'LEASED' | 'RELEASED' | 'SESSION_BEGUN'; readonly replyTo: string }
  | {
      readonly type: 'REFUSED';
      readonly replyTo: string;
      readonly reason: (typeof REFUSALS)[number];
    }
  | {
      readonly type: 'SESSION_REPORT';
      readonly replyTo: string;
      readonly progress: (typeof PROGRESS)[number];
      readonly vends: readonly ReportedVend[];
    }
  | {
      readonly type: 'VEND_REQUEST';
      readonly invoiceReference: string;
      readonly vendId: string;
      readonly slot: number;
      readonly name: string;
      readonly price: Money;
    }
  | {
      readonly type: 'VEND_SUCCESS' | 'VEND_FAILURE';
      readonly invoiceReference: string;
      readonly vend: ReportedVend;
    }
  | {
      readonly type: 'SESSION_COMPLETE';
      readonly invoiceReference: string;
      readonly vends: readonly ReportedVend[];
    };

/** Thrown inside this file only: a member is missing or has the wrong type. */
class Malformed extends Error {}

/** Reads a message of a machine; null when it is none. Unknown members are ignored. */
export function readMachineMessage(body: Uint8Array): ReadMessage | null {
  return reading(body, readMessage);
}

/** Reads the retained state of a machine; null when it is none. */
export function readMachineState(body: Uint8Array): MachineState | null {
  return reading(body, (fields) => ({
    online: bool(fields['online']),
    state: oneOf(MACHINE_STATES, fields['state']),
    products: list(fields['products']).map(readProduct),
    singleVend: bool(fields['singleVend']),
    longestVendMs: count(fields['longestVendMs']),
  }));
}

function reading<T>(body: Uint8Array, read: (fields: Fields) => T): T | null {
  if (body.byteLength > MESSAGE_BYTES_MAX) return null;
  try {
    return read(object(JSON.parse(new TextDecoder().decode(body))));
  } catch (error) {
    if (error instanceof Malformed || error instanceof SyntaxError) return null;
    throw error;
  }
}

function readMessage(fields: Fields): ReadMessage {
  const type = text(fields['type']) as MachineMessage['type'];
  switch (type) {
    case 'LEASED':
    case 'RELEASED':
    case 'SESSION_BEGUN':
      return { type, replyTo: text(fields['replyTo']) };
    case 'REFUSED':
      return {
        type,
        replyTo: text(fields['replyTo']),
        reason: oneOf(REFUSALS, fields['reason']),
      };
    case 'SESSION_REPORT':
      return {
        type,
        replyTo: text(fields['replyTo']),
        progress: oneOf(PROGRESS, fields['progress']),
        vends: list(fields['vends']).map(readVend),
      };
    case 'VEND_REQUEST':
      return { type, invoiceReference: text(fields['invoiceReference']), ...readChoice(fields) };
    case 'VEND_SUCCESS':
    case 'VEND_FAILURE':
      return {
        type,
        invoiceReference: text(fields['invoiceReference']),
        vend: readVend(fields['vend']),
      };
    case 'SESSION_COMPLETE':
      return {
        type,
        invoiceReference: text(fields['invoiceReference']),
        vends: list(fields['vends']).map(readVend),
      };
    default:
      // A later version of the link may say more than this one knows.
      throw new Malformed('type');
  }
}

const readChoice = (fields: Fields) => ({
  vendId: text(fields['vendId']),
  slot: count(fields['slot']),
  name: text(fields['name']),
  price: money(fields['price']),
});

function readVend(value: unknown): ReportedVend {
  const fields = object(value);
  return { ...readChoice(fields), result: oneOf(RESULTS, fields['result']) };
}

function readProduct(value: unknown): MachineProduct {
  const fields = object(value);
  const price = object(fields['price']);
  money(price);
  return {
    slot: count(fields['slot']),
    name: text(fields['name']),
    price: { value: text(price['value']), currency: text(price['currency']) },
    stock: count(fields['stock']),
  };
}

function money(value: unknown): Money {
  const fields = object(value);
  const parsed = parseAmount({ value: text(fields['value']), currency: text(fields['currency']) });
  // A product that costs less than nothing would be a way to take others without paying.
  if (!parsed.ok || parsed.money.minor < 0n) throw new Malformed('amount');
  return parsed.money;
}

function object(value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Malformed('object');
  }
  return value as Fields;
}

function list(value: unknown): unknown[] {
  if (!Array.isArray(value) || value.length > LIST_MAX) throw new Malformed('list');
  return value;
}

function text(value: unknown): string {
  if (typeof value !== 'string' || value === '' || value.length > TEXT_MAX) {
    throw new Malformed('text');
  }
  return value;
}

function count(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw new Malformed('count');
  }
  return value;
}

function bool(value: unknown): boolean {
  if (typeof value !== 'boolean') throw new Malformed('boolean');
  return value;
}

function oneOf<const T extends string>(values: readonly T[], value: unknown): T {
  const found = values.find((known) => known === value);
  if (found === undefined) throw new Malformed('value');
  return found;
}
