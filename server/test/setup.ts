/**
 * Before and after a whole test run (`node --test --test-global-setup=server/test/setup.ts`): one
 * server with one migrated template, which the test files clone. Without it a test file makes its
 * own.
 */

import { openTestServer } from './server.ts';
import type { TestServer } from './server.ts';

let server: TestServer | undefined;

/**
 * Called by the test runner before the first file; what it puts into the environment reaches every
 * test process.
 */
export async function globalSetup(): Promise<void> {
  server = await openTestServer();
  process.env['SEQR_TEST_TEMPLATE'] = server.templateUrl;
}

/** Called by the test runner after the last file. */
export async function globalTeardown(): Promise<void> {
  await server?.close();
}
