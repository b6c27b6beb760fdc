/**
 * `npm start` is a chain: npm, perhaps a shell, and the supervisor. Who kills npm means all of it,
 * but only Ctrl-C reaches the others; so the supervisor watches for npm's end itself.
 */

import { readFileSync } from 'node:fs';

/** How often it is looked, in ms. */
const LOOK_MS = 500;

/** Settles when the npm that started this program has ended; never where none did. */
export function npmEnded(): Promise<void> {
  return new Promise((resolve) => {
    // Without npm nothing is known of the parent: a shell that ends may well leave this running.
    if (process.env['npm_lifecycle_event'] === undefined) return;
    // Between npm and this there is a shell, unless it has replaced itself by this.
    const shell = isShell(process.ppid) ? process.ppid : null;
    const npm = parentOf(shell);
    const look = setInterval(() => {
      if (parentOf(shell) === npm) return;
      clearInterval(look);
      resolve();
    }, LOOK_MS);
    look.unref();
  });
}

function isShell(pid: number): boolean {
  return /^(?:\S*\/)?sh\0-c\0/.test(proc(pid, 'cmdline') ?? '');
}

/** The parent of a process, of this one unless told; null when that process has ended. */
function parentOf(pid: number | null): number | null {
  if (pid === null) return process.ppid;
  // The name in brackets may hold anything; state and parent follow the last bracket.
  const [, parent] = /\) \S (\d+)[^)]*$/.exec(proc(pid, 'stat') ?? '') ?? [];
  return parent === undefined ? null : Number(parent);
}

function proc(pid: number, file: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return null;
  }
}
