/**
 * What the tests need from the machine beyond Node: as root on Debian it is installed, else named.
 */

import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { promisify } from 'node:util';
import { hasDebianPostgres } from './debian-postgres.ts';
import { Failure } from './step.ts';

const INSTALL_LIMIT_MS = 300_000;
const OUTPUT_BYTES = 16 * 1024 * 1024;
const run = promisify(execFile);

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
const succeeds = (program: string, ...words: string[]): Promise<boolean> =>
  run(program, words).then(
    () => true,
    () => false,
  );

/** Debian's packages, and how to tell that one is there. */
const NEEDS: readonly (readonly [packages: string, isThere: () => Promise<boolean>])[] = [
  ['chromium', () => exists('/usr/bin/chromium')],
  ['php-cli', () => exists('/usr/bin/php')],
  ['php-soap', () => succeeds('/usr/bin/php', '-r', 'exit(class_exists("SoapClient") ? 0 : 1);')],
  ['python3-zeep', () => succeeds('/usr/bin/python3', '-c', 'import zeep')],
  ['mosquitto', () => exists('/usr/sbin/mosquitto')],
  ['postgresql-15', hasDebianPostgres],
];

/**
 * Installs what is missing and returns a remark; throws a `Failure` with one plain sentence where
 * that is for the user to do.
 */
export async function provide(): Promise<string> {
  const missing = await missingPackages();
  if (missing.length === 0) return 'nothing missing';
  const list = missing.join(' ');
  if (process.getuid?.() !== 0 || !(await exists('/usr/bin/apt-get'))) {
    throw new Failure(
      `"npm test" also needs ${list}: as root on Debian 12, run "apt-get install ${list}". ` +
        'Without them there is "npm run check".',
    );
  }
  await apt('update');
  await apt('install', '--yes', '--no-install-recommends', ...missing);
  const still = await missingPackages();
  if (still.length === 0) return `installed ${list}`;
  throw new Failure(`After installing ${list}, still missing: ${still.join(' ')}.`);
}

async function missingPackages(): Promise<string[]> {
  const answers = await Promise.all(NEEDS.map(([, isThere]) => isThere()));
  return NEEDS.filter((_, index) => !answers[index]).map(([name]) => name);
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
