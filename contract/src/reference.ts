/** The reference pages of the merchant SOAP API as Markdown, out of its declaration. */

import { MERCHANT_SERVICE, OPERATION_NAMES, OPERATIONS } from './operations.ts';
import type { OperationName } from './operations.ts';
import { elementsOf, isPrimitive } from './plan.ts';
import { operationCodes } from './operation-codes.ts';
import type { OperationCode } from './operation-codes.ts';
import { indexPage } from './reference-index.ts';
import { GENERATED, table } from './reference-markdown.ts';
import { NOTES } from './reference-notes.ts';
import { COMMON_RESULT_CODES, RESULT_CODE_FACTS } from './result-codes.ts';
import type { ResultCodeName } from './result-codes.ts';
import { OPERATION_SAMPLES } from './samples.ts';
import type {
  ElementDeclaration,
  ElementDeclarations,
  OperationDeclaration,
  ServiceDeclaration,
} from './schema.ts';
import { writeRequest, writeResponse } from './soap.ts';

const SERVICE: ServiceDeclaration = MERCHANT_SERVICE;
const RETRY_WORDS = {
  DONE: '',
  NO: 'Do not repeat.',
  YES: 'Repeat unchanged.',
  FIX: 'Correct, then repeat.',
  POLL: 'Ask getPaymentStatus and act on it.',
} as const;

const typeLink = (type: string): string =>
  isPrimitive(type) ? type : `[${type}](types.md#${type.toLowerCase()})`;

const typeText = (declaration: ElementDeclaration): string => {
  if (typeof declaration.type === 'string') return typeLink(declaration.type);
  const inner = Object.entries(declaration.type.elements);
  return inner
    .map(([name, child]) => {
      const type = typeText(child);
      const shown = typeof child.type === 'string' ? type : `{ ${type} }`;
      return `\`${name}\` ${child.occurs}: ${shown}`;
    })
    .join(', ');
};

const elementsTable = (elements: ElementDeclarations): string =>
  table(
    ['Element', 'Type', 'Occurs', 'Needed', 'Meaning'],
    Object.entries(elements).map(([name, declaration]) => {
      const limit = declaration.lengthMax ? ` At most ${declaration.lengthMax} characters.` : '';
      return [
        `\`${name}\``,
        typeText(declaration),
        declaration.occurs,
        declaration.needed || declaration.occurs === '1..1' ? 'yes' : '',
        declaration.docs + limit,
      ];
    }),
  );

const CODE_HEAD = ['Code', 'Name', 'Meaning', 'What to do'];
const codeRow = ({ code, name, meaning, retry }: Omit<OperationCode, 'unreachable'>) => {
  const advice = name === 'SYSTEM_ERROR' ? 'As after a lost answer.' : RETRY_WORDS[retry];
  return [String(code), `\`${name}\``, meaning, advice];
};
const codesTable = (names: readonly ResultCodeName[]): string =>
  table(
    CODE_HEAD,
    names
      .map((name) => ({ name, ...RESULT_CODE_FACTS[name] }))
      .toSorted((a, b) => a.code - b.code)
      .map(codeRow),
  );

const codesOf = (operation: OperationName): string => {
  const codes = operationCodes(operation);
  const answered = codes.filter(({ unreachable }) => unreachable === null);
  const never = codes.flatMap(({ code, name, unreachable }) =>
    unreachable === null ? [] : [[String(code), `\`${name}\``, unreachable]],
  );
  const answers = table(CODE_HEAD, answered.map(codeRow));
  if (never.length === 0) return answers;
  const why = table(['Code', 'Name', 'Why'], never);
  return `${answers}\nCodes that the contract lists and this platform never answers:\n\n${why}`;
};

/** One element a line, children indented; only for XML of our own writer. */
const pretty = (xml: string): string => {
  const tokens = xml.match(/<[^>]+>[^<]*/g) ?? [];
  let depth = 0;
  let out = '';
  let leaf = false;
  for (const token of tokens) {
    const closing = token.startsWith('</');
    if (closing) depth -= 1;
    out += closing && leaf ? token : `\n${'  '.repeat(depth)}${token}`;
    leaf = !closing;
    if (!closing && !token.startsWith('<?')) depth += 1;
  }
  return out.trim();
};

const xmlBlock = (xml: string): string => `\`\`\`xml\n${pretty(xml)}\n\`\`\`\n`;

const callers = ({ principals }: OperationDeclaration): string =>
  principals.length === 0 ? 'anybody, without credentials' : principals.join(' or ');

const elementsSection = (elements: ElementDeclarations): string =>
  Object.keys(elements).length === 0 ? 'No elements.\n' : elementsTable(elements);

const operationPage = (name: OperationName): string => {
  const operation: OperationDeclaration = OPERATIONS[name];
  const sample = OPERATION_SAMPLES[name];
  return [
    `${GENERATED}# ${name}\n\n${operation.docs}\n`,
    table(['Caller', 'After a lost answer'], [[callers(operation), operation.repetition]]),
    ...(NOTES[name] === undefined ? [] : [NOTES[name]]),
    `## Request\n\n${elementsSection(operation.request)}`,
    `## Answer\n\nType ${typeLink(operation.response)}, inside \`return\`.\n`,
    elementsTable(elementsOf(SERVICE, operation.response)),
    `## Result codes\n\n${codesOf(name)}`,
    `## Sample\n\n${xmlBlock(writeRequest(name, sample.request))}`,
    xmlBlock(writeResponse(name, sample.response)),
  ].join('\n');
};

const typesPage = (): string => {
  const types = Object.entries(SERVICE.types).map(
    ([name, { docs }]) => `## ${name}\n\n${docs}\n\n${elementsTable(elementsOf(SERVICE, name))}`,
  );
  const enumerations = Object.entries(SERVICE.enumerations).map(
    ([name, { docs, values }]) =>
      `## ${name}\n\n${docs}\n\n` +
      table(
        ['Value', 'Meaning'],
        Object.entries(values).map(([value, meaning]) => [`\`${value}\``, meaning]),
      ),
  );
  return (
    `${GENERATED}# Data types\n\n` +
    'Elements stand in the order in which they are sent; they are read in any order. ' +
    '*Needed*: asked for by the documents although the schema makes it optional.\n\n' +
    [...types, ...enumerations].join('\n')
  );
};

const codesPage = (): string => {
  const names = Object.keys(RESULT_CODE_FACTS) as ResultCodeName[];
  return (
    `${GENERATED}# Result codes\n\n` +
    '`resultCode` stands in every answer, `resultDescription` is its name. ' +
    'The answer is HTTP 200 whatever the code; only 0 is success.\n\n' +
    '## Common\n\nAny operation with a context may answer:\n\n' +
    `${codesTable(COMMON_RESULT_CODES)}\n` +
    `## All\n\n${codesTable(names)}`
  );
};

/** Every page by its file name. */
export const referencePages = (): ReadonlyMap<string, string> =>
  new Map([
    ['README.md', indexPage()],
    ['types.md', typesPage()],
    ['result-codes.md', codesPage()],
    ...OPERATION_NAMES.map((name) => [`${name}.md`, operationPage(name)] as const),
  ]);
