/** The reference pages of the merchant SOAP API as Markdown, out of its declaration. */

import { MERCHANT_SERVICE, OPERATION_NAMES, OPERATIONS } from './operations.ts';
import type { OperationName } from './operations.ts';
import { elementsOf, isPrimitive } from './plan.ts';
import { COMMON_RESULT_CODES, RESULT_CODE_FACTS } from './result-codes.ts';
import type { ResultCodeName } from './result-codes.ts';
import { OPERATION_SAMPLES } from './samples.ts';
import type { ElementDeclaration, ElementDeclarations, ServiceDeclaration } from './schema.ts';
import { TARGET_NAMESPACE } from './soap-reader.ts';
import { writeRequest, writeResponse } from './soap.ts';

const SERVICE: ServiceDeclaration = MERCHANT_SERVICE;
const GENERATED = '<!-- Generated from contract/src by `npm run generate`; do not edit. -->\n\n';

const RETRY_WORDS = {
  DONE: '',
  NO: 'Do not repeat.',
  YES: 'Repeat unchanged.',
  FIX: 'Correct, then repeat.',
  POLL: 'Ask getPaymentStatus and act on it.',
} as const;

const cell = (text: string): string => text.replaceAll('|', '\\|');
const row = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |\n`;
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  `${row(head)}|${head.map(() => '---').join('|')}|\n${rows.map(row).join('')}`;

const typeLink = (type: string): string =>
  isPrimitive(type) ? type : `[${type}](types.md#${type.toLowerCase()})`;

const typeText = (declaration: ElementDeclaration): string => {
  if (typeof declaration.type === 'string') return typeLink(declaration.type);
  const inner = Object.entries(declaration.type.elements);
  return inner.map(([name, child]) => `${name}: ${typeText(child)} ${child.occurs}`).join(', ');
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

const codeRows = (names: readonly ResultCodeName[]): string[][] =>
  names
    .map((name) => ({ name, ...RESULT_CODE_FACTS[name] }))
    .toSorted((a, b) => a.code - b.code)
    .map(({ name, code, meaning, retry }) => [
      String(code),
      `\`${name}\``,
      meaning,
      RETRY_WORDS[retry],
    ]);
const codesTable = (names: readonly ResultCodeName[]): string =>
  table(['Code', 'Name', 'Meaning', 'What to do'], codeRows(names));

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

const operationPage = (name: OperationName): string => {
  const operation = OPERATIONS[name];
  const sample = OPERATION_SAMPLES[name];
  return [
    `${GENERATED}# ${name}\n\n${operation.docs}\n`,
    `Caller: ${operation.principals.join(', ')}. After a lost answer: ${operation.repetition}\n`,
    `## Request\n\n${elementsTable(operation.request)}`,
    `## Answer\n\nType ${typeLink(operation.response)}, inside \`return\`.\n`,
    elementsTable(elementsOf(SERVICE, operation.response)),
    `## Result codes\n\nBesides the [common ones](result-codes.md#common):\n`,
    codesTable(operation.codes),
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
    `## Common\n\nAny operation may answer:\n\n${codesTable(COMMON_RESULT_CODES)}\n` +
    `## All\n\n${codesTable(names)}`
  );
};

const indexPage = (): string =>
  `${GENERATED}# Merchant API\n\n` +
  `SOAP 1.1, document/literal wrapped, namespace \`${TARGET_NAMESPACE}\`, ` +
  '`POST` of `text/xml`. The WSDL is at the endpoint with `?wsdl`. Children of the element in ' +
  '`Body` are in no namespace.\n\n' +
  table(
    ['Operation', 'Caller', 'What it does'],
    OPERATION_NAMES.map((name) => {
      const { docs, principals } = OPERATIONS[name];
      const [first = ''] = docs.split('. ', 1);
      return [`[${name}](${name}.md)`, principals.join(', '), `${first.replace(/\.$/, '')}.`];
    }),
  ) +
  '\n[Data types](types.md) · [Result codes](result-codes.md)\n';

/** Every page by its file name. */
export const referencePages = (): ReadonlyMap<string, string> =>
  new Map([
    ['README.md', indexPage()],
    ['types.md', typesPage()],
    ['result-codes.md', codesPage()],
    ...OPERATION_NAMES.map((name) => [`${name}.md`, operationPage(name)] as const),
  ]);
