/** The first page of the reference: how the API is called, and its operations in groups. */

import { OPERATION_NAMES, OPERATIONS } from './operations.ts';
import type { OperationName } from './operations.ts';
import { GENERATED, table } from './reference-markdown.ts';
import type { OperationDeclaration } from './schema.ts';
import { TARGET_NAMESPACE } from './soap-reader.ts';
import { SESSION_WSDL_DEFAULT_ADDRESS, WSDL_DEFAULT_ADDRESS } from './wsdl.ts';

const isOffered = (name: OperationName): boolean => {
  const { offered }: OperationDeclaration = OPERATIONS[name];
  return offered !== false;
};

const GROUPS: readonly { readonly title: string; readonly names: readonly OperationName[] }[] = [
  {
    title: 'Terminals',
    names: ['registerTerminal', 'unregisterTerminal', 'assignSeqrId', 'changePrincipalPassword'],
  },
  {
    title: 'A sale',
    names: [
      'sendInvoice',
      'updateInvoice',
      'getPaymentStatus',
      'cancelInvoice',
      'commitReservation',
    ],
  },
  { title: 'After the payment', names: ['submitPaymentReceipt', 'refundPayment'] },
  { title: 'Reports', names: ['markTransactionPeriod', 'executeReport'] },
  { title: 'Around it', names: ['getClientSessionInfo', 'benchmarkingNop'] },
  {
    title: 'Not offered',
    names: OPERATION_NAMES.filter((name) => !isOffered(name)),
  },
];

const firstSentence = (text: string): string => {
  const [first = ''] = text.split('. ', 1);
  return `${first.replace(/\.$/, '')}.`;
};

const operations = (names: readonly OperationName[]): string =>
  table(
    ['Operation', 'Caller', 'What it does'],
    names.map((name) => {
      const { docs, principals }: OperationDeclaration = OPERATIONS[name];
      return [`[${name}](${name}.md)`, principals.join(', ') || 'anybody', firstSentence(docs)];
    }),
  );

const PROTOCOL = table(
  ['What', 'How'],
  [
    ['Protocol', 'SOAP 1.1, document/literal wrapped; `POST` of `text/xml`, answered in UTF-8'],
    [
      'Namespace',
      `\`${TARGET_NAMESPACE}\`, of the element in \`Body\` only; its children have none`,
    ],
    ['Endpoint', `\`${new URL(WSDL_DEFAULT_ADDRESS).pathname}\``],
    ['Older endpoints', '`/extclientproxy/service`, `/extclientproxy/service/v2`: the same'],
    ['Description', 'WSDL at each endpoint with `?wsdl`, its schema alone with `?xsd`'],
    [
      'Session information',
      `a WSDL of its own at \`${new URL(SESSION_WSDL_DEFAULT_ADDRESS).pathname}\`; the operation ` +
        'is served on every endpoint',
    ],
    ['Order', 'elements are read in any order and sent in the order of the tables'],
    ['Size', 'at most 1 MiB a request, 32 levels deep'],
    ['Outcome', 'HTTP 200 with a `resultCode`; only 0 is success'],
    ['Faults', 'HTTP 500 with a SOAP fault, only for what is no call of an operation'],
  ],
);

const PRINCIPALS = table(
  ['Caller', '`id`', '`userId`', 'Who'],
  [
    ['`TERMINALID`', 'as registerTerminal answered it', '', 'a till, a machine, a web shop'],
    ['`RESELLERUSER`', 'id of the shop', 'of the user', 'a user of a shop'],
    ['`RESELLERUSER`', '`shop/user`', 'absent', 'the same'],
  ],
);

/** The page. Throws when an operation is in no group, so that a new one cannot be forgotten. */
export const indexPage = (): string => {
  const listed = new Set(GROUPS.flatMap(({ names }) => names));
  const missing = OPERATION_NAMES.filter((name) => !listed.has(name));
  if (missing.length > 0) throw new Error(`in no group of the index: ${missing.join(', ')}`);
  return (
    `${GENERATED}# Merchant API\n\n${PROTOCOL}\n` +
    'Every request but that of benchmarkingNop carries a [context](types.md#clientcontext): who ' +
    `calls, and the password.\n\n${PRINCIPALS}\n` +
    GROUPS.map(({ title, names }) => `## ${title}\n\n${operations(names)}\n`).join('') +
    '[Data types](types.md) · [Result codes](result-codes.md)\n'
  );
};
