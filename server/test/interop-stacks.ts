/**
 * The client stacks of contract/interop: what each needs, and how it is started. Nothing of it is
 * ours: what a library stumbles over is mended in the contract.
 */

import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** Generating and compiling stubs takes some seconds on an idle machine. */
const BUILD_LIMIT_MS = 120_000;
const INTEROP = fileURLToPath(new URL('../../contract/interop/', import.meta.url));
const PYTHON = '/usr/bin/python3';
const PHP = '/usr/bin/php';
const WSIMPORT = '/usr/bin/wsimport';
/** For a program that lives for seconds only: no second compiler, no parallel collector. */
const BRIEF_JAVA = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];
const JAVA_CLASSES = '/usr/share/java/jaxws-rt.jar';

/** A library, and the program that drives it. */
export type Stack = {
  readonly name: string;
  /** Debian's packages with it. */
  readonly packages: readonly string[];
  isThere(): Promise<boolean>;
  /** Makes what the program needs of a WSDL, in a directory of its own. */
  prepare?(wsdl: string, directory: string): Promise<void>;
  /** The command; the WSDL's address and the credentials come after it. */
  command(directory: string): readonly [string, ...string[]];
};

/** Every stack. The one of npm comes with the project itself. */
export const STACKS: readonly Stack[] = [
  {
    name: 'zeep',
    packages: ['python3-zeep'],
    isThere: () => succeeds(PYTHON, '-c', 'import zeep'),
    command: () => [PYTHON, join(INTEROP, 'zeep/client.py')],
  },
  {
    name: 'suds',
    packages: ['python3-suds'],
    isThere: () => succeeds(PYTHON, '-c', 'import suds'),
    command: () => [PYTHON, join(INTEROP, 'suds/client.py')],
  },
  {
    name: 'php',
    packages: ['php-cli', 'php-soap'],
    isThere: () => succeeds(PHP, '-r', 'exit(class_exists("SoapClient") ? 0 : 1);'),
    command: () => [PHP, join(INTEROP, 'php/client.php')],
  },
  {
    name: 'jaxws',
    packages: ['openjdk-17-jdk-headless', 'jaxws'],
    isThere: async () =>
      (await succeeds('javac', '-version')) && (await succeeds(WSIMPORT, '-version')),
    prepare: (wsdl, directory) => build('jaxws/build.sh', wsdl, directory),
    command: (directory) => [
      'java',
      ...BRIEF_JAVA,
      '-cp',
      `${directory}:${JAVA_CLASSES}`,
      'Client',
    ],
  },
  {
    name: 'dotnet',
    packages: ['mono-devel', 'mono-mcs'],
    isThere: async () => (await succeeds('mcs', '--version')) && (await exists('/usr/bin/wsdl')),
    prepare: (wsdl, directory) => build('dotnet/build.sh', wsdl, directory),
    command: (directory) => ['mono', join(directory, 'client.exe')],
  },
  {
    name: 'npm-soap',
    packages: [],
    isThere: () => Promise.resolve(true),
    command: () => [process.execPath, join(INTEROP, 'npm-soap/client.mjs')],
  },
];

async function build(script: string, ...words: string[]): Promise<void> {
  await run(join(INTEROP, script), words, { timeout: BUILD_LIMIT_MS });
}

const succeeds = (program: string, ...words: string[]): Promise<boolean> =>
  run(program, words).then(
    () => true,
    () => false,
  );

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
