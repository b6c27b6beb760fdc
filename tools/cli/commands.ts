/** Every command of `seqr`, in the order in which help lists them. */

import { ACCOUNT_COMMANDS } from './account.ts';
import { AUDIT_COMMAND } from './audit.ts';
import type { Command } from './command.ts';
import { CUSTOMER_COMMANDS } from './customer.ts';
import { MACHINE_COMMANDS } from './machine.ts';
import { MERCHANT_COMMANDS } from './merchant.ts';
import { QR_COMMAND } from './qr.ts';
import { SERVE_COMMANDS } from './serve.ts';

/** The commands. */
export const COMMANDS: readonly Command[] = [
  ...SERVE_COMMANDS,
  ...MERCHANT_COMMANDS,
  ...MACHINE_COMMANDS,
  ...CUSTOMER_COMMANDS,
  ...ACCOUNT_COMMANDS,
  QR_COMMAND,
  AUDIT_COMMAND,
];
