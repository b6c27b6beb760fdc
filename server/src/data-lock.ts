/**
 * One platform to a data directory. The lock is one that the operating system keeps on an open file
 * (taken through SQLite): it ends with the process however that ends, so that there is no stale
 * lock to judge, no process id that belongs to a stranger by now, and no zombie that still counts.
 */

import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * Takes the data directory for this process. Throws a plain sentence when another live process has
 * it; returns what gives it back.
 */
export function lockDataDir(dataDir: string): () => void {
  mkdirSync(dataDir, { recursive: true });
  const path = join(dataDir, 'platform.lock');
  // Made here with its mode, because SQLite would ask the umask.
  if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600));
  const lock = new DatabaseSync(path, { timeout: 0 });
  try {
    // In this mode a lock that was taken is not given back before the file is closed; a write takes
    // it.
    lock.exec('pragma locking_mode = exclusive');
    lock.exec(`pragma user_version = ${process.pid}`);
    return () => lock.close();
  } catch (error) {
    lock.close();
    if (/locked|busy/i.test((error as Error).message)) {
      throw new Error(`Another platform is running on ${dataDir}: stop it, or set SEQR_DATA_DIR.`, {
        cause: error,
      });
    }
    throw error;
  }
}
