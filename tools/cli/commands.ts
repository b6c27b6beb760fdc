/** Every command of `seqr`, in the order in which help lists them. */

import { ACCOUNT_COMMANDS } from './account.ts';
import { AUDIT_COMMAND } from './audit.ts';
import { CASE_COMMANDS } from './case.ts';
import { CODE_KEY_COMMANDS } from './code-key.ts';
import type { Command } from './command.ts';
import { CUSTOMER_DEVICE_COMMANDS } from './customer-device.ts';
import { CUSTOMER_COMMANDS } from './customer.ts';
import { MACHINE_COMMANDS } from './machine.ts';
import { MERCHANT_COMMANDS } from './merchant.ts';
import { PERIOD_COMMANDS } from './period.ts';
import { QR_COMMAND } from './qr.ts';
import { REPORT_COMMAND } from './report.ts';
import { SERVE_COMMANDS } from './serve.ts';
import { TOKEN_COMMANDS } from './token.ts';

/** The commands. */
export const COMMANDS: readonly Command[] = [
  ...SERVE_COMMANDS,
  ...MERCHANT_COMMANDS,
  ...MACHINE_COMMANDS,
  ...TOKEN_COMMANDS,
  ...CUSTOMER_COMMANDS,
  ...CUSTOMER_DEVICE_COMMANDS,
  ...ACCOUNT_COMMANDS,
  ...PERIOD_COMMANDS,
  REPORT_COMMAND,
  QR_COMMAND,
  ...CODE_KEY_COMMANDS,
  ...CASE_COMMANDS,
  AUDIT_COMMAND,
];
