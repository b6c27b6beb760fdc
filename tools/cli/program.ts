/** The `seqr` command: finds the command that is meant, and answers for it with an exit code. */

import { COMMANDS } from './commands.ts';
import { Refused, WrongUse } from './command.ts';
import type { Command, Terminal } from './command.ts';
import { RESERVED, commandHelp, groupHelp, programHelp, usage } from './help.ts';
import { readWords } from './words.ts';

const DONE = 0;
const REFUSED = 1;
const WRONG_USE = 2;

/**
 * Runs one command. Resolves with the exit code: 0 done, 1 refused or bad news, 2 wrong use. What
 * went wrong is on stderr, in a sentence.
 */
export async function seqr(words: readonly string[], terminal: Terminal): Promise<number> {
  const isHelp = words[0] === 'help';
  const asked = isHelp ? words.slice(1) : words;
  const end = asked.indexOf('--');
  const options = end === -1 ? asked : asked.slice(0, end);
  const wantsHelp = isHelp || options.includes('--help') || options.includes('-h');
  const command = commandOf(asked);
  if (command === undefined) return answerWithoutCommand(asked, wantsHelp, terminal);
  if (wantsHelp) {
    terminal.write(commandHelp(command));
    return DONE;
  }
  try {
    const input = readWords(command, asked.slice(command.name.split(' ').length));
    const { output, json, code } = await command.run(input, terminal);
    terminal.write(input.flag('json') ? `${JSON.stringify(json)}\n` : output);
    return code ?? DONE;
  } catch (error) {
    return answerForError(error, command, terminal);
  }
}

function commandOf(words: readonly string[]): Command | undefined {
  return COMMANDS.find(({ name }) => {
    const parts = name.split(' ');
    return parts.every((part, index) => words[index] === part);
  });
}

function answerWithoutCommand(
  words: readonly string[],
  wantsHelp: boolean,
  terminal: Terminal,
): number {
  const [first, second] = words;
  if (RESERVED.some((name) => name === first)) {
    terminal.note(`seqr ${first} is not built yet.`);
    return WRONG_USE;
  }
  const group = COMMANDS.filter(({ name }) => name.startsWith(`${first} `));
  const help =
    first !== undefined && group.length > 0 ? groupHelp(first, group) : programHelp(COMMANDS);
  const isLevel = first === undefined || first.startsWith('-') || group.length > 0;
  if (wantsHelp && isLevel) {
    terminal.write(help);
    return DONE;
  }
  if (first === undefined || (group.length > 0 && second === undefined)) {
    terminal.note(help.trimEnd());
    return WRONG_USE;
  }
  const meant = group.length > 0 ? `${first} ${second}` : first;
  const where = group.length > 0 ? `seqr ${first} --help` : 'seqr --help';
  terminal.note(`There is no command "${meant}"; "${where}" lists them.`);
  return WRONG_USE;
}

function answerForError(error: unknown, command: Command, terminal: Terminal): number {
  if (error instanceof WrongUse) {
    terminal.note(`${error.message}\nUsage: ${usage(command)}; "--help" tells more.`);
    return WRONG_USE;
  }
  terminal.note(sentence(error));
  const bug = error instanceof Error && !(error instanceof Refused);
  if (bug && terminal.environment['SEQR_LOG_LEVEL'] === 'debug') terminal.note(error.stack ?? '');
  return REFUSED;
}

/** Some errors of the network say nothing but their code. */
function sentence(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  return error.message === '' ? `It failed: ${code ?? error.name}.` : error.message;
}
