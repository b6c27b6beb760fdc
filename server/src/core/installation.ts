/** The installation, as it was chosen when its database was made. */

import type { Tx } from '../db.ts';
import { onlyRow } from './only-row.ts';

/** Whether this is a sandbox: no money in it is real. */
export async function isSandbox(tx: Tx): Promise<boolean> {
  const { rows } = await tx.query<{ sandbox: boolean }>(`select sandbox from installation`);
  return onlyRow(rows).sandbox;
}
