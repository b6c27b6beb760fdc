/** Help on every level, from the commands' declarations. */

import type { Command } from './command.ts';
import { optionsOf } from './words.ts';

const ENVIRONMENT = `Which installation (environment)
  SEQR_DATA_DIR   its data directory, ./.data
  DATABASE_URL    its PostgreSQL, where it is not the one in the data directory
  SEQR_PIN_KEY    the key of its PINs, where it is not the one in the data directory`;

/** Names reserved for commands that are still to come. */
export const RESERVED = ['certify', 'simulate', 'doctor'] as const;

/** Help on the program: every command with one line. */
export function programHelp(commands: readonly Command[]): string {
  return `seqr: runs an installation of seqr-ups and sets it up.

Usage: seqr <command> [options]

${columns(commands.map(({ name, summary }) => [name, summary]))}

Reserved, not built yet: ${RESERVED.join(', ')}

${ENVIRONMENT}

"seqr <command> --help" tells more. Exit codes: 0 done, 1 refused or found something, 2 wrong use.
`;
}

/** Help on a group, such as `merchant`. */
export function groupHelp(group: string, commands: readonly Command[]): string {
  return `Usage: seqr ${group} <command> [options]

${columns(commands.map(({ name, summary }) => [name, summary]))}

"seqr ${group} <command> --help" tells more.
`;
}

/** Help on one command. */
export function commandHelp(command: Command): string {
  const parts = [`${command.summary}\n\nUsage: ${usage(command)}`];
  if (command.arguments.length > 0) {
    parts.push(columns(command.arguments.map(({ name, help }) => [`<${name}>`, help])));
  }
  const options = Object.entries(optionsOf(command)).map(([name, option]): [string, string] => {
    const no = option.negatable ? '[no-]' : '';
    const value = option.value === undefined ? '' : ` <${option.value}>`;
    return [`--${no}${name}${value}`, option.required ? `${option.help} (needed)` : option.help];
  });
  parts.push(`Options\n${columns([...options, ['--help', 'show this']])}`);
  if (command.details !== undefined) parts.push(command.details);
  parts.push(ENVIRONMENT);
  return `${parts.join('\n\n')}\n`;
}

/** How a command is written, in one line. */
export function usage(command: Command): string {
  const words = command.arguments.map(({ name }) => `<${name}>`);
  const needed = Object.entries(command.options)
    .filter(([, option]) => option.required)
    .map(([name, { value }]) => `--${name} <${value}>`);
  return ['seqr', command.name, ...words, ...needed, '[options]'].join(' ');
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n');
}
