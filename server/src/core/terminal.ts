/** Terminals: payment points that may send invoices (merchant SOAP API, 2.3). */

import { randomBytes } from 'node:crypto';
import type { Tx } from '../db.ts';

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
