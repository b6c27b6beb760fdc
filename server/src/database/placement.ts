/**
 * The home of an embedded database, `<data directory>/postgres`: the password, the log, and the
 * data, or where root had to put the data so that PostgreSQL's user can reach it. A home is made
 * whole or not at all.
 */

import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, lchown, mkdir, mkdtemp, readFile, readdir } from 'node:fs/promises';
import { realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  SHARED_DIRECTORY,
  canEnter,
  makeSharedDirectory,
  packagedBinaries,
  rootIdentity,
} from './binaries.ts';
import type { Identity, RootIdentity } from './binaries.ts';

const INITDB_LIMIT_MS = 120_000;
const run = promisify(execFile);

/** The superuser of an embedded database. */
export const SUPERUSER = 'postgres';

/**
 * Where one embedded database lives and how it is run; `runAs` is null for the user who runs this
 * program.
 */
export type Home = {
  readonly data: string;
  readonly log: string;
  readonly password: string;
  readonly binaries: string;
  readonly runAs: Identity | null;
};

/**
 * The environment of PostgreSQL's programs: nothing of the caller's that could change what they do
 * or say.
 */
export const programEnvironment = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', TZ: 'UTC' };

/**
 * Finds the home in `dataDir`, or makes it with a new, empty cluster. `binaries` is the `bin`
 * directory of another PostgreSQL than the packaged one. Throws a plain sentence when the home
 * belongs to someone else.
 */
export async function openHome(dataDir: string, binaries: string | undefined): Promise<Home> {
  await mkdir(dataDir, { recursive: true });
  const root = await realpath(dataDir);
  const directory = join(root, 'postgres');
  const exists = await stat(directory).then(
    () => true,
    () => false,
  );
  if (!exists) await createHome(root, directory, binaries);
  const data = await dataOf(directory);
  const owner = await stat(data);
  const me = process.getuid?.();
  if (me !== 0 && me !== owner.uid) {
    throw new Error(
      `The database in ${directory} belongs to another user (uid ${owner.uid}): ` +
        'start as that user, or choose another SEQR_DATA_DIR.',
    );
  }
  const runAs = me === 0 ? { uid: owner.uid, gid: owner.gid } : null;
  return {
    data,
    log: join(directory, 'postgres.log'),
    password: (await readFile(join(directory, 'password'), 'utf8')).trim(),
    binaries: binaries ?? (await packagedBinaries(runAs ? [runAs] : [])),
    runAs,
  };
}

/**
 * Follows `location`. A copied data directory must not open, and then spoil, the database of the
 * original.
 */
async function dataOf(directory: string): Promise<string> {
  const location = join(directory, 'location');
  const place = await readFile(location, 'utf8').catch(() => null);
  if (place === null) return join(directory, 'data');
  const ownerFile = join(place, 'owner');
  const owner = await readFile(ownerFile, 'utf8');
  if (owner !== directory) {
    const theirs = await readFile(join(owner, 'location'), 'utf8').catch(() => null);
    if (theirs === place) {
      throw new Error(
        `${location} names the database of ${owner}: ` +
          `remove ${directory} to begin with an empty one.`,
      );
    }
    await writeFile(ownerFile, directory);
  }
  return join(place, 'data');
}

async function createHome(
  dataDir: string,
  directory: string,
  binaries: string | undefined,
): Promise<void> {
  const identity =
    process.getuid?.() === 0 ? rootIdentity(await readFile('/etc/passwd', 'utf8')) : null;
  // Made beside and renamed: a first start that is killed leaves nothing that looks like a
  // database, and of two first starts at once the later one finds the earlier one's home.
  const staging = await mkdtemp(join(dataDir, '.postgres-'));
  let place = staging;
  try {
    if (identity && !canEnter(dataDir, identity.server)) {
      await makeSharedDirectory();
      place = await mkdtemp(join(SHARED_DIRECTORY, 'data-'));
      await writeFile(join(staging, 'location'), place);
      await writeFile(join(place, 'owner'), directory);
    }
    const password = randomBytes(24).toString('base64url');
    await writeFile(join(staging, 'password'), password, { mode: 0o600 });
    await initialise(place, password, identity, binaries);
    await rename(staging, directory);
  } catch (error) {
    await rm(place, { recursive: true, force: true });
    await rm(staging, { recursive: true, force: true });
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  }
}

async function initialise(
  place: string,
  password: string,
  identity: RootIdentity | null,
  binaries: string | undefined,
): Promise<void> {
  const data = join(place, 'data');
  const passwordFile = join(place, 'initial-password');
  await mkdir(data, { mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (identity) {
    await chmod(place, 0o711);
    for (const path of [data, passwordFile]) {
      await chown(path, identity.initdb.uid, identity.initdb.gid);
    }
  }
  const users = identity ? [identity.initdb, identity.server] : [];
  const initdb = join(binaries ?? (await packagedBinaries(users)), 'initdb');
  const options = ['--encoding=UTF8', '--locale=C', '--data-checksums', '--auth=scram-sha-256'];
  await run(
    initdb,
    [`--pgdata=${data}`, `--username=${SUPERUSER}`, `--pwfile=${passwordFile}`, ...options],
    { ...identity?.initdb, cwd: '/', env: programEnvironment, timeout: INITDB_LIMIT_MS },
  ).catch((error: { stderr?: string; message: string }) => {
    const reason = (error.stderr ?? '').trim().split('\n').at(-1) || error.message;
    throw new Error(`The database could not be created in ${data}: ${reason}`, { cause: error });
  });
  await rm(passwordFile);
  if (identity && identity.server.uid !== identity.initdb.uid) await give(place, identity.server);
}

/** Hands over `data` and all in it. */
async function give(place: string, owner: Identity): Promise<void> {
  const data = join(place, 'data');
  const entries = await readdir(data, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    await lchown(join(entry.parentPath, entry.name), owner.uid, owner.gid);
  }
  await lchown(data, owner.uid, owner.gid);
}
