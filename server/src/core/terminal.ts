/** Terminals: payment points that may send invoices (merchant SOAP API, 2.3). */

import { randomBytes } from 'node:crypto';
import type { Tx } from '../db.ts';
import { ok, refused } from './refusal.ts';
import type { Result } from './refusal.ts';

/** A terminal id is random 128 bit, hex (merchant SOAP API, 3.12). */
const TERMINAL_ID_BYTES = 16;

/**
 * Registers a terminal. CASH_REGISTER (registerTerminal) holds one open invoice, WEB_SHOP (operator
 * only) many. The same external id again makes another terminal; the earlier one stays valid.
 */
export async function registerTerminal(
  tx: Tx,
  terminal: {
    readonly merchantId: string;
    readonly externalTerminalId: string;
    readonly name: string;
    readonly passwordHash: string;
    readonly kind?: 'CASH_REGISTER' | 'WEB_SHOP';
    /** What its notifications carry: nothing, or for web shops by default their plugins' form. */
    readonly notificationBody?: 'EMPTY' | 'FORM';
    /** Only for names that are published, as those of the public test shop. */
    readonly terminalId?: string;
  },
): Promise<{ terminalId: string }> {
  const terminalId = terminal.terminalId ?? randomBytes(TERMINAL_ID_BYTES).toString('hex');
  const kind = terminal.kind ?? 'CASH_REGISTER';
  await tx.query(
    `insert into terminal
       (id, merchant_id, kind, external_terminal_id, name, password_hash, notification_body)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      terminalId,
      terminal.merchantId,
      kind,
      terminal.externalTerminalId,
      terminal.name,
      terminal.passwordHash,
      terminal.notificationBody ?? (kind === 'WEB_SHOP' ? 'FORM' : 'EMPTY'),
    ],
  );
  return { terminalId };
}

/**
 * Ends a terminal: it can no longer authenticate, its open invoices are cancelled; RESERVED and
 * PAID ones stay.
 */
export async function unregisterTerminal(tx: Tx, terminalId: string): Promise<void> {
  await tx.query(`select terminal_unregister($1)`, [terminalId]);
}

/** What may stand on a sticker: letters and digits, as in `HTTP://SEQR.SE/Q…`. */
const SEQR_ID_PATTERN = /^[A-Za-z0-9]{1,64}$/;

/**
 * assignSeqrId: puts the code of a sticker on a terminal, in place of the one that it had, which is
 * then free. INVALID_SEQR_ID: other characters than letters and digits, or another terminal's code.
 */
export async function assignSeqrId(
  tx: Tx,
  terminalId: string,
  seqrId: string,
): Promise<Result<null, 'INVALID_SEQR_ID'>> {
  if (!SEQR_ID_PATTERN.test(seqrId)) return refused('INVALID_SEQR_ID');
  const { rows } = await tx.query<{ assigned: boolean }>(
    `select terminal_assign_seqr_id($1, $2) as assigned`,
    [terminalId, seqrId],
  );
  return rows[0]?.assigned === true ? ok(null) : refused('INVALID_SEQR_ID');
}
