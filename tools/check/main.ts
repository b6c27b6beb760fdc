/**
 * The check: everything that must hold before a change is taken, in the order of what is quickest
 * to know. `npm run check`; with `--browser` (`npm test`, and the CI) also the tests that need a
 * browser, and it provides what a bare machine lacks.
 */

import '../../server/src/node-version.js';
import { globSync } from 'node:fs';
import { tidy, type Finding } from '../tidy.ts';
import { hasDebianPostgres, withDebianPostgres } from './debian-postgres.ts';
import { generatedFiles, staleFiles } from './generate.ts';
import { provide } from './provide.ts';
import { Failure, ROOT, run, step } from './step.ts';
import { wordsOutsideWeb } from './words.ts';

/** Test files at once: the smallest machine that is supported has two cores. */
const CONCURRENCY = 2;
/** The longest that one test may take; a test that waits for ever must fail. */
const TEST_LIMIT_MS = 180_000;
const WORKSPACES = ['contract', 'server', 'reseller', 'machine', 'web', 'tools'];
/** What also runs on the oldest supported PostgreSQL: all that speaks to the database directly. */
const CORE_TESTS = /^server\/src\/(core\/.*|db|database\/migrate)\.test\.ts$/;
const NEEDS_POSTGRES_15 = 'postgresql-15 is not installed';

const tests = globSync(
  WORKSPACES.map((name) => `${name}/**/*.test.{ts,tsx}`),
  { cwd: ROOT, exclude: (path) => path.includes('node_modules') || path.includes('dist') },
).toSorted();
const isBrowserTest = (path: string): boolean => path.endsWith('.browser.test.ts');

async function check(browser: boolean): Promise<void> {
  if (browser) await step('what the machine must have', provide);
  await step('format (oxfmt)', () => run('oxfmt', ['--check', '.']));
  await step('lint (oxlint)', () => run('oxlint', ['--deny-warnings', '.']));
  await step('types (tsc)', () => run('tsc', ['-p', '.']));
  await step('types of the web apps (tsc)', () => run('tsc', ['-p', 'web']));
  await step('types of the service worker (tsc)', () => run('tsc', ['-p', 'web/worker']));
  await step('unused code (knip)', () => run('knip', ['--no-progress', '--no-config-hints']));
  await step('sizes, docstrings, names (tidy)', checkTidiness);
  await step('words outside the language files', async () => failOn(wordsOutsideWeb(ROOT)));
  await step('generated files', checkGenerated);
  await step('web apps (vite)', () => run('node', ['web/build.ts']));
  await step('tests', () => runTests(tests.filter((path) => !isBrowserTest(path))));
  await step('core tests on PostgreSQL 15', runOnDebianPostgres);
  if (browser) await step('browser tests', () => runTests(tests.filter(isBrowserTest)));
}

async function checkTidiness(): Promise<void> {
  failOn(await tidy(ROOT));
}

function failOn(findings: readonly Finding[]): void {
  if (findings.length === 0) return;
  const lines = findings.map(({ path, line, message }) => `${path}:${line}: ${message}`);
  throw new Failure(lines.join('\n'));
}

async function checkGenerated(): Promise<string> {
  const files = await generatedFiles();
  const stale = await staleFiles(files);
  if (stale.length > 0) {
    throw new Failure(`Not fresh, run "npm run generate" and commit: ${stale.join(', ')}`);
  }
  return (await hasDebianPostgres()) ? '' : `server/schema.sql not compared: ${NEEDS_POSTGRES_15}`;
}

async function runTests(
  files: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<string> {
  if (files.length === 0) return 'none';
  const options = [
    '--test',
    '--test-reporter=spec',
    '--test-global-setup=server/test/setup.ts',
    `--test-concurrency=${CONCURRENCY}`,
    `--test-timeout=${TEST_LIMIT_MS}`,
  ];
  await run('node', [...options, ...files], { live: true, environment });
  return `${files.length} files`;
}

async function runOnDebianPostgres(): Promise<string> {
  if (!(await hasDebianPostgres())) return `skipped: ${NEEDS_POSTGRES_15}`;
  const files = tests.filter((path) => CORE_TESTS.test(path));
  return withDebianPostgres((url) => runTests(files, { SEQR_TEST_DATABASE_URL: url }));
}

const began = performance.now();
try {
  await check(process.argv.includes('--browser'));
  console.log(`Everything passed in ${Math.round((performance.now() - began) / 1000)} s.`);
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
