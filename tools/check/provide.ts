/**
 * What the tests need from the machine beyond Node: as root on Debian it is installed, else named.
 */

import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { promisify } from 'node:util';
import { STACKS } from '../../server/test/interop-stacks.ts';
import { hasDebianPostgres } from './debian-postgres.ts';
import { Failure } from './step.ts';

const INSTALL_LIMIT_MS = 600_000;
const OUTPUT_BYTES = 16 * 1024 * 1024;
const run = promisify(execFile);

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Debian's packages, and how to tell that they are there. */
type Need = { readonly packages: readonly string[]; isThere(): Promise<boolean> };

const NEEDS: readonly Need[] = [
  { packages: ['chromium'], isThere: () => exists('/usr/bin/chromium') },
  {
    packages: ['chromium-headless-shell'],
    isThere: () => exists('/usr/bin/chromium-headless-shell'),
  },
  { packages: ['mosquitto'], isThere: () => exists('/usr/sbin/mosquitto') },
  { packages: ['postgresql-15'], isThere: hasDebianPostgres },
  ...STACKS,
];

/**
 * Installs what is missing of `needs` and returns a remark; throws a `Failure` with one plain
 * sentence where that is for the user to do.
 */
export async function provide(needs = NEEDS): Promise<string> {
  const missing = await missingPackages(needs);
  if (missing.length === 0) return 'nothing missing';
  const list = missing.join(' ');
  if (process.getuid?.() !== 0 || !(await exists('/usr/bin/apt-get'))) {
    throw new Failure(
      `${list} missing: as root on Debian 12, run "apt-get install ${list}". ` +
        'For "npm run check" they are not needed.',
    );
  }
  await apt('update');
  await apt('install', '--yes', '--no-install-recommends', ...missing);
  const still = await missingPackages(needs);
  if (still.length === 0) return `installed ${list}`;
  throw new Failure(`After installing ${list}, still missing: ${still.join(' ')}.`);
}

async function missingPackages(needs: readonly Need[]): Promise<string[]> {
  const answers = await Promise.all(needs.map((need) => need.isThere()));
  return needs.filter((_, index) => !answers[index]).flatMap(({ packages }) => packages);
}

async function apt(...words: string[]): Promise<void> {
  const env = {
    ...process.env,
    DEBIAN_FRONTEND: 'noninteractive',
    // Where no systemd runs, the packages' services are not started: the tests start their own.
    RUNLEVEL: '1',
  };
  const limits = { timeout: INSTALL_LIMIT_MS, maxBuffer: OUTPUT_BYTES };
  await run('apt-get', ['-qq', ...words], { env, ...limits }).catch((error: Error) => {
    throw new Failure(`apt-get ${words.join(' ')} failed: ${error.message}`);
  });
}
