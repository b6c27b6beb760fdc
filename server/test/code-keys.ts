/** The key of machine codes in tests that have no data directory. */

import { parseCodeKeys } from '../src/code-keys.ts';

const PRIVATE =
  'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgPoNcpOTMDqOaETUzngGrwn1YyLllLalfiPMvo67hX92hR' +
  'ANCAAT8G829GD_RA7ZhIwgQfwCB9YxcNetqe-HAJ3mqgtrmE-TcueApocGO4ZF9W2nOQrbcKIRlzf1PMipc5odhBVgc';

const keys = parseCodeKeys(PRIVATE);
if (keys === null) throw new Error('the key of the tests cannot be read');

/** Signs and checks by one key that stands here for everybody to read. */
export const TEST_CODE_KEYS = keys;
