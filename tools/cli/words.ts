/** Reads the words after a command's name by its declaration. */

import { parseArgs } from 'node:util';
import { WrongUse } from './command.ts';
import type { Command, Input, Option } from './command.ts';

/** `--json`, where a command has it. */
const JSON_OPTION: Option = { help: 'answer with one JSON object, for programs' };

/** The options that a command takes, by name, `--json` with them; `--help` is not among them. */
export function optionsOf(command: Command): Readonly<Record<string, Option>> {
  return command.json ? { ...command.options, json: JSON_OPTION } : command.options;
}

type Parsed = ReturnType<
  typeof parseArgs<{ args: string[]; strict: false; tokens: true; allowNegative: true }>
>;
type OptionToken = Extract<Parsed['tokens'][number], { kind: 'option' }>;

/** What the words give. Throws {@link WrongUse}, naming the one word at fault. */
export function readWords(command: Command, words: readonly string[]): Input {
  const options = optionsOf(command);
  const { tokens, positionals } = parseArgs({
    args: [...words],
    options: Object.fromEntries(
      Object.entries(options).map(([name, { value }]) => [
        name,
        { type: value === undefined ? ('boolean' as const) : ('string' as const) },
      ]),
    ),
    strict: false,
    tokens: true,
    allowPositionals: true,
    allowNegative: true,
  });
  const given = new Map<string, string | boolean>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const value = optionValue(options, token);
    if (given.has(token.name)) throw new WrongUse(`--${token.name} was given twice.`);
    given.set(token.name, value);
  }
  for (const [name, value] of placeArguments(command, positionals)) given.set(name, value);
  for (const [name, option] of Object.entries(options)) {
    if (option.required && !given.has(name)) {
      throw new WrongUse(`--${name} <${option.value}> is missing.`);
    }
  }
  return inputOf(given);
}

function optionValue(
  options: Readonly<Record<string, Option>>,
  token: OptionToken,
): string | boolean {
  const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
  const negated = token.rawName.startsWith('--no-') && !token.name.startsWith('no-');
  if (option === undefined || (negated && !option.negatable)) {
    throw new WrongUse(`There is no option ${token.rawName}.`);
  }
  if (option.value === undefined) {
    if (token.value === undefined) return !negated;
    throw new WrongUse(`${token.rawName} is a switch and takes no value.`);
  }
  const missing = token.value === undefined;
  // Taken for a forgotten value, as in "--name --maximum 5"; a single dash is stdin.
  if (missing || (!token.inlineValue && /^-./.test(token.value))) {
    const how = missing ? '' : `; if it is "${token.value}", write ${token.rawName}=${token.value}`;
    throw new WrongUse(`${token.rawName} needs its <${option.value}>${how}.`);
  }
  return token.value;
}

function placeArguments(command: Command, words: readonly string[]): [string, string][] {
  const places = command.arguments;
  const last = places.at(-1);
  const placed = places.map(({ name, rest }, index): [string, string] => {
    const word = rest ? words.slice(index).join(' ') : words[index];
    if (word === undefined || word === '') throw new WrongUse(`<${name}> is missing.`);
    return [name, word];
  });
  const extra = words[places.length];
  if (extra !== undefined && !last?.rest) {
    throw new WrongUse(`"${extra}" is one word too many; a text with spaces needs quotes.`);
  }
  return placed;
}

function inputOf(given: ReadonlyMap<string, string | boolean>): Input {
  const text = (name: string): string | undefined => {
    const value = given.get(name);
    return typeof value === 'string' ? value : undefined;
  };
  return {
    text,
    needed: (name) => {
      const value = text(name);
      if (value === undefined) throw new Error(`the command does not declare ${name} as needed`);
      return value;
    },
    flag: (name) => {
      const value = given.get(name);
      return typeof value === 'boolean' ? value : undefined;
    },
  };
}
