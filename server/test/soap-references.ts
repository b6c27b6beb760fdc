/**
 * Where requests name something that belongs to somebody, out of the declarations: every element of
 * every request is either a reference here, or said to be none. A new one is neither, which the
 * tenants' test reports.
 */

import { MERCHANT_SERVICE, OPERATIONS } from '@seqr-ups/contract';
import type { OperationDeclaration, OperationName } from '@seqr-ups/contract';

/** What a reference names. */
export type ReferenceKind =
  | 'INVOICE'
  | 'PAYMENT'
  | 'SESSION'
  | 'TERMINAL'
  | 'PERIOD'
  | 'PRINCIPAL'
  | 'ACCOUNT';

/** A place in a request, and what stands there; `parameter`: the key beside it, if any. */
export type Reference = {
  readonly path: string;
  readonly kind: ReferenceKind;
  readonly parameter?: string;
};

/** References by the path of their element. */
const REFERENCES: Readonly<Record<string, ReferenceKind>> = {
  invoiceReference: 'INVOICE',
  ersReference: 'PAYMENT',
  key: 'SESSION',
  'principalId.id': 'PRINCIPAL',
  'secondaryPrincipalId.id': 'PRINCIPAL',
  'senderPrincipalId.id': 'PRINCIPAL',
  'receiverPrincipalId.id': 'PRINCIPAL',
  'topupPrincipalId.id': 'PRINCIPAL',
  'senderAccountSpecifier.accountId': 'ACCOUNT',
  'receiverAccountSpecifier.accountId': 'ACCOUNT',
  'topupAccountSpecifier.accountId': 'ACCOUNT',
};

/** What the parameters of an operation may name. */
const PARAMETERS: { readonly [O in OperationName]?: Readonly<Record<string, ReferenceKind>> } = {
  markTransactionPeriod: { TERMINALID: 'TERMINAL' },
  executeReport: { TERMINALID: 'TERMINAL', transactionPeriodId: 'PERIOD' },
};
const PARAMETER_VALUE = 'parameters.parameter.entry.value';

/** Elements that name nothing of anybody's, with all that is inside them. */
const NO_REFERENCES: readonly RegExp[] = [
  // Who calls is judged before everything else.
  /^context\./,
  // Content that the caller makes up.
  /^(invoice|tokens|amount|receiptDocument|purchaseOrder)\./,
  /^(invoiceVersion|externalTerminalId|password|newPassword|name|language|reportId|productId)$/,
  // The type of a principal or account, not which one.
  /PrincipalId\.(type|userId)$|^principalId\.(type|userId)$|AccountSpecifier\.accountTypeId$/,
  /^parameters\.parameter\.entry\.key$/,
  // Printed on a sticker for everybody to see; whether one is taken cannot be a secret (53).
  /^seqrId$/,
  // Of an operation that is not offered and looks at nothing.
  /^registrationReference$/,
];

/** The references of an operation's request, and the elements that nobody has judged. */
export function referencesOf(operation: OperationName): {
  readonly references: readonly Reference[];
  readonly unjudged: readonly string[];
} {
  const { request }: OperationDeclaration = OPERATIONS[operation];
  const references: Reference[] = [];
  const unjudged: string[] = [];
  for (const path of leavesOf(request)) {
    const kind = REFERENCES[path];
    const parameters = path === PARAMETER_VALUE ? PARAMETERS[operation] : undefined;
    if (kind !== undefined) references.push({ path, kind });
    else if (parameters !== undefined) {
      for (const [parameter, of] of Object.entries(parameters)) {
        references.push({ path, kind: of, parameter });
      }
    } else if (!NO_REFERENCES.some((none) => none.test(path))) unjudged.push(path);
  }
  return { references, unjudged };
}

type Elements = OperationDeclaration['request'];

/** The paths of all elements that hold text. */
function leavesOf(elements: Elements, prefix = ''): string[] {
  const types: { readonly [name: string]: { readonly elements: Elements } } =
    MERCHANT_SERVICE.types;
  return Object.entries(elements).flatMap(([name, { type }]) => {
    const inner = typeof type === 'string' ? types[type] : type;
    const path = `${prefix}${name}`;
    return inner === undefined ? [path] : leavesOf(inner.elements, `${path}.`);
  });
}

/** Something plausible for each element, so that only the reference can be what is refused. */
const ELEMENTS: Readonly<Record<string, unknown>> = {
  invoice: { totalAmount: { currency: 'EUR', value: '0.50' } },
  invoiceVersion: 0,
  amount: { currency: 'EUR', value: '0.50' },
  receiptDocument: { mimeType: 'text/html', receiptData: Buffer.from('<p>Kvitto</p>') },
  reportId: 'Reconciliation/STD_RECON_006.xml',
  newPassword: 'stolen-secret',
};

/** A request whose `reference` names `id`. */
export function requestNaming(
  operation: OperationName,
  reference: Reference,
  id: { readonly id: string; readonly type?: string; readonly userId?: string },
): Record<string, unknown> {
  const { request }: OperationDeclaration = OPERATIONS[operation];
  const [top = '', inner] = reference.path.split('.');
  const filled: Record<string, unknown> = {};
  for (const name of Object.keys(request)) {
    if (ELEMENTS[name] !== undefined) filled[name] = ELEMENTS[name];
  }
  if (reference.parameter !== undefined) {
    const entry = [{ key: reference.parameter, value: id.id }];
    filled[top] = { parameter: { entry } };
  } else if (inner === 'id') filled[top] = { type: 'TERMINALID', ...id };
  else if (inner !== undefined) filled[top] = { [inner]: id.id };
  else filled[top] = id.id;
  return filled;
}
