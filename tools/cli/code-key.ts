/** `seqr code-key …`: the keys that machine codes are signed with. */

import { codeKeysOf, hasCodeKeys, rotateCodeKeys } from '../../server/src/code-keys.ts';
import type { CodeKeys } from '../../server/src/code-keys.ts';
import type { Settings } from '../../server/src/config.ts';
import { Refused } from './command.ts';
import type { Command, Outcome } from './command.ts';
import { settingsOf } from './installation.ts';
import { listTable } from './table.ts';

const list: Command = {
  name: 'code-key list',
  summary: 'list the keys of machine codes, the one that signs first',
  arguments: [],
  options: {},
  json: true,
  async run(_input, terminal) {
    return shown(await codeKeysOf(existing(settingsOf(terminal))));
  },
};

const rotate: Command = {
  name: 'code-key rotate',
  summary: 'let a new key sign; printed codes stay good by the old ones',
  details:
    'Of the old keys only the public halves are kept, eight keys in all; codes of a key that\n' +
    'had to go are refused. Start the platforms anew; where several run, each needs the same file.',
  arguments: [],
  options: {},
  json: true,
  async run(_input, terminal) {
    const settings = existing(settingsOf(terminal));
    if (settings.codeKey !== null) {
      throw new Refused(
        'SEQR_CODE_KEY holds the keys, which this command cannot change: put its content into ' +
          'a file code-keys of some data directory, rotate there, and set the file’s content.',
      );
    }
    return shown(await rotateCodeKeys(settings));
  },
};

function existing(settings: Settings): Settings {
  if (hasCodeKeys(settings)) return settings;
  throw new Refused(
    `There are no keys of codes in ${settings.dataDir} yet: the platform makes them at its first ` +
      'start.',
  );
}

function shown({ published }: CodeKeys): Outcome {
  const rows = published.map(({ id, publicKey }, index) => [
    id,
    index === 0 ? 'signs' : 'checks',
    publicKey,
  ]);
  return { output: listTable(['key', 'use', 'public key'], rows), json: { keys: published } };
}

/** The commands of this group. */
export const CODE_KEY_COMMANDS = [list, rotate];
