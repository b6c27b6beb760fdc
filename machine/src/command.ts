/** Reads what a reseller sends to a machine, at the edge: afterwards a command is what it says. */

import { parseAmount, type AmountJson, type MachineCommand } from '@seqr-ups/contract';

/** Largest command that is looked at, in bytes. */
const COMMAND_BYTES_MAX = 16 * 1024;
/** Longest id or reference, in characters. */
const ID_MAX = 128;
/** Longest lease or session, in ms: a week, so that a charger's session fits a timer. */
const EXPIRES_IN_MS_MAX = 7 * 24 * 60 * 60 * 1000;

/** A command, or what is wrong with the bytes, in words for the log. */
export type ParsedCommand =
  | { readonly ok: true; readonly command: MachineCommand }
  | { readonly ok: false; readonly problem: string };

type Fields = Record<string, unknown>;

/** Reads one command from its JSON bytes. Unknown members are ignored; never throws. */
export function parseCommand(bytes: Uint8Array): ParsedCommand {
  if (bytes.byteLength > COMMAND_BYTES_MAX) {
    return { ok: false, problem: `more than ${COMMAND_BYTES_MAX} bytes` };
  }
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return { ok: false, problem: 'not JSON' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { ok: false, problem: 'not a JSON object' };
  }
  const fields = value as Fields;
  const command = readCommand(fields);
  if (command === undefined) return { ok: false, problem: 'unknown type' };
  if (command === null) return { ok: false, problem: `malformed ${String(fields['type'])}` };
  return { ok: true, command };
}

/** Undefined: no such type. Null: a member is missing or malformed. */
function readCommand(fields: Fields): MachineCommand | null | undefined {
  const id = identifier(fields['id']);
  const leaseId = identifier(fields['leaseId']);
  const invoiceReference = identifier(fields['invoiceReference']);
  const vendId = identifier(fields['vendId']);
  const expiresInMs = duration(fields['expiresInMs']);
  switch (fields['type']) {
    case 'LEASE':
      return id && leaseId && expiresInMs
        ? { type: 'LEASE', id, leaseId, expiresInMs, ...shown('confirmInMs', fields) }
        : null;
    case 'RELEASE':
      return id && leaseId ? { type: 'RELEASE', id, leaseId } : null;
    case 'BEGIN_SESSION': {
      const funds = amount(fields['funds']);
      return id && leaseId && invoiceReference && funds && expiresInMs
        ? {
            type: 'BEGIN_SESSION',
            id,
            leaseId,
            invoiceReference,
            funds,
            expiresInMs,
            ...shown('heldForMs', fields),
          }
        : null;
    }
    case 'VEND_APPROVED':
      return invoiceReference && vendId
        ? { type: 'VEND_APPROVED', invoiceReference, vendId }
        : null;
    case 'VEND_DENIED':
      return invoiceReference && vendId && typeof fields['reason'] === 'string'
        ? { type: 'VEND_DENIED', invoiceReference, vendId, reason: fields['reason'] }
        : null;
    case 'REPORT':
    case 'END_SESSION':
      return id && invoiceReference ? { type: fields['type'], id, invoiceReference } : null;
    default:
      return undefined;
  }
}

function identifier(value: unknown): string | null {
  return typeof value === 'string' && value !== '' && value.length <= ID_MAX ? value : null;
}

function duration(value: unknown): number | null {
  if (typeof value !== 'number' || !Number.isInteger(value)) return null;
  return value > 0 && value <= EXPIRES_IN_MS_MAX ? value : null;
}

/** A duration that is only shown: one that cannot be read is left out. */
function shown<K extends string>(name: K, fields: Fields): { [P in K]?: number } {
  const ms = duration(fields[name]);
  return ms === null ? {} : ({ [name]: ms } as { [P in K]: number });
}

function amount(value: unknown): AmountJson | null {
  if (typeof value !== 'object' || value === null) return null;
  const { value: text, currency } = value as Fields;
  if (typeof text !== 'string' || typeof currency !== 'string') return null;
  return parseAmount({ value: text, currency }).ok ? { value: text, currency } : null;
}
