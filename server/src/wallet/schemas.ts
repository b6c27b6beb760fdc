/**
 * The JSON Schemas of the wallet API, each type once: Fastify checks what comes in and writes what
 * goes out by them, and `/wallet/v1/openapi.json` shows them. `ObjectSchema` ties each to its type
 * in the contract, so that a field added there does not compile here until it is described: a
 * serialiser drops what it has not been told of.
 */

import {
  CARD_STATUSES,
  LIMIT_KINDS,
  PROBLEM_STATUS,
  PURCHASE_KINDS,
  PURCHASE_STATES,
} from '@seqr-ups/contract';
import type {
  AccountJson,
  AmountJson,
  LimitLeftJson,
  ProblemJson,
  PurchaseBillJson,
  PurchaseCardJson,
  PurchaseJson,
  PurchasePageJson,
  PurchaseRowJson,
  RefundJson,
  TaxJson,
} from '@seqr-ups/contract';

import { TEXT, TIME, nullable } from '../json-schema.ts';
import type { ObjectSchema } from '../json-schema.ts';

export { TEXT, TIME, nullable };
export type { ObjectSchema };
export type { Schema } from '../json-schema.ts';

/** A QR code holds at most so many characters. */
export const QR_LENGTH_MAX = 4296;
const REFERENCE_LENGTH_MAX = 64;
const CURSOR_LENGTH_MAX = 64;
/** Purchases on a page. */
export const PAGE_SIZE = 20;
/** The largest page that may be asked for. */
export const PAGE_SIZE_MAX = 100;

/** Schema of {@link AmountJson}. */
export const AMOUNT = {
  type: 'object',
  description: "An amount with the currency's digits.",
  properties: {
    value: { type: 'string', pattern: '^-?[0-9]+([.][0-9]+)?$', examples: ['20.00'] },
    currency: { type: 'string', description: 'ISO 4217', examples: ['EUR'] },
  },
  required: ['value', 'currency'],
} as const satisfies ObjectSchema<AmountJson>;

const ROW = {
  type: 'object',
  description: 'One line of the bill.',
  properties: {
    description: nullable(TEXT),
    quantity: nullable(TEXT),
    unit: nullable(TEXT),
    unitPrice: nullable(AMOUNT),
    discount: nullable(AMOUNT),
    taxRate: { ...nullable(TEXT), description: 'Per cent, inside the total.', examples: ['19'] },
    total: nullable(AMOUNT),
  },
  required: ['description', 'quantity', 'unit', 'unitPrice', 'discount', 'taxRate', 'total'],
} as const satisfies ObjectSchema<PurchaseRowJson>;

const TAX = {
  type: 'object',
  description: 'The tax at one rate, inside the total of its lines.',
  properties: { rate: { type: 'string', description: 'Per cent.' }, total: AMOUNT, tax: AMOUNT },
  required: ['rate', 'total', 'tax'],
} as const satisfies ObjectSchema<TaxJson>;

const REFUND = {
  type: 'object',
  properties: { reference: TEXT, amount: AMOUNT, reason: nullable(TEXT), createdAt: TIME },
  required: ['reference', 'amount', 'reason', 'createdAt'],
} as const satisfies ObjectSchema<RefundJson>;

const CARD = {
  type: 'object',
  description: 'A loyalty card on the bill.',
  properties: {
    type: TEXT,
    description: nullable(TEXT),
    number: { ...nullable(TEXT), description: 'Its last characters.', examples: ['…0017'] },
    status: { type: 'string', enum: CARD_STATUSES },
  },
  required: ['type', 'description', 'number', 'status'],
} as const satisfies ObjectSchema<PurchaseCardJson>;

const BILL = {
  type: 'object',
  description: 'What stands above and below the rows of a bill; null at a machine.',
  properties: { title: nullable(TEXT), footer: nullable(TEXT), terminal: TEXT },
  required: ['title', 'footer', 'terminal'],
} as const satisfies ObjectSchema<PurchaseBillJson>;

/** Schema of a merchant, as it stands in other objects. */
export const MERCHANT = {
  type: 'object',
  properties: { id: TEXT, name: TEXT },
  required: ['id', 'name'],
} as const satisfies ObjectSchema<PurchaseJson['merchant']>;

/** Schema of a machine, as it stands in other objects. */
export const MACHINE = {
  type: 'object',
  properties: { token: TEXT, name: TEXT, place: nullable(TEXT) },
  required: ['token', 'name', 'place'],
} as const satisfies ObjectSchema<NonNullable<PurchaseJson['machine']>>;

const ENDING = {
  type: 'object',
  description: 'How the purchase ended without being paid; `message` is for the customer.',
  properties: { code: TEXT, message: TEXT },
  required: ['code', 'message'],
} as const satisfies ObjectSchema<NonNullable<PurchaseJson['ending']>>;

/** Schema of {@link PurchaseJson}. */
export const PURCHASE = {
  type: 'object',
  description: 'A purchase as its customer sees it.',
  properties: {
    id: { type: 'string', description: 'UUIDv7' },
    kind: { type: 'string', enum: PURCHASE_KINDS },
    state: { type: 'string', enum: PURCHASE_STATES },
    version: { type: 'integer', description: 'Of the invoice; 0 before there is one.' },
    merchant: MERCHANT,
    machine: nullable(MACHINE),
    invoiceReference: nullable(TEXT),
    maximum: { ...nullable(AMOUNT), description: 'What the offer asks for at most.' },
    reserved: { ...nullable(AMOUNT), description: 'What is or was held; null until held.' },
    charged: { ...nullable(AMOUNT), description: 'Null unless PAID.' },
    rows: { type: 'array', items: ROW },
    refunds: { type: 'array', items: REFUND },
    tokens: { type: 'array', items: CARD },
    taxes: {
      type: 'array',
      items: TAX,
      description: 'By rate; empty unless the lines sum to what was charged.',
    },
    bill: nullable(BILL),
    ersReference: { ...nullable(TEXT), description: "The payment's; null before it." },
    paidAt: { ...nullable(TEXT), description: 'ISO 8601, UTC.' },
    expiresAt: { ...nullable(TEXT), description: 'Deadline of the present state, ISO 8601, UTC.' },
    createdAt: TIME,
    updatedAt: TIME,
    ending: nullable(ENDING),
  },
  required: [
    'id',
    'kind',
    'state',
    'version',
    'merchant',
    'machine',
    'invoiceReference',
    'maximum',
    'reserved',
    'charged',
    'rows',
    'refunds',
    'tokens',
    'taxes',
    'bill',
    'ersReference',
    'paidAt',
    'expiresAt',
    'createdAt',
    'updatedAt',
    'ending',
  ],
} as const satisfies ObjectSchema<PurchaseJson>;

/** Schema of {@link PurchasePageJson}. */
export const PURCHASE_PAGE = {
  type: 'object',
  description: 'Purchases, newest first.',
  properties: {
    items: { type: 'array', items: PURCHASE },
    nextCursor: { ...nullable(TEXT), description: 'For the next page; null on the last.' },
  },
  required: ['items', 'nextCursor'],
} as const satisfies ObjectSchema<PurchasePageJson>;

/** Schema of {@link LimitLeftJson}. */
const LIMIT_LEFT = {
  type: 'object',
  description: 'A limit that the customer has set, and what it leaves for a purchase now.',
  properties: { kind: { type: 'string', enum: LIMIT_KINDS }, amount: AMOUNT, left: AMOUNT },
  required: ['kind', 'amount', 'left'],
} as const satisfies ObjectSchema<LimitLeftJson>;

/** Schema of {@link AccountJson}. */
export const ACCOUNT = {
  type: 'object',
  description: 'What the customer has, and what of it is free.',
  properties: {
    balance: AMOUNT,
    available: AMOUNT,
    limit: {
      ...nullable(LIMIT_LEFT),
      description: 'The limit that leaves least, if there is any.',
    },
  },
  required: ['balance', 'available', 'limit'],
} as const satisfies ObjectSchema<AccountJson>;

/** Schema of {@link ProblemJson}. */
export const PROBLEM = {
  type: 'object',
  description: 'A problem document (RFC 9457). `detail` is for the customer.',
  properties: {
    type: { type: 'string', examples: ['urn:seqr:problem:DEVICE_IN_USE'] },
    title: TEXT,
    status: { type: 'integer' },
    code: { type: 'string', enum: Object.keys(PROBLEM_STATUS) },
    detail: TEXT,
    purchaseId: { type: 'string', description: 'The purchase that this is about.' },
    attemptsLeft: { type: 'integer', description: 'With WRONG_PIN.' },
    retryAfterS: { type: 'integer', description: 'As the Retry-After header, in seconds.' },
    limit: { ...LIMIT_LEFT, description: 'With LIMIT_EXCEEDED: the limit in the way.' },
    purchase: { ...PURCHASE, description: 'The purchase as it now is.' },
  },
  required: ['type', 'title', 'status', 'code'],
} as const satisfies ObjectSchema<ProblemJson>;

/** A PIN. */
export const PIN = {
  type: 'string',
  pattern: '^[0-9]{4}$',
  description: 'Four digits.',
} as const;

/** What `POST /purchases` takes: exactly one of the two. */
export type ScanBody = { readonly qr?: string; readonly reference?: string };
/** Schema of {@link ScanBody}. */
export const SCAN_BODY = {
  type: 'object',
  description: 'Exactly one of `qr` and `reference`.',
  properties: {
    qr: { type: 'string', maxLength: QR_LENGTH_MAX, description: 'The scanned text.' },
    reference: {
      type: 'string',
      maxLength: REFERENCE_LENGTH_MAX,
      description: 'The number of an invoice, typed.',
    },
  },
  required: [],
} as const satisfies ObjectSchema<ScanBody>;

/** What ids of purchases look like. */
export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Text that is no UUID is answered like a purchase that does not exist. */
export type PurchaseParams = { readonly id: string };
/** Schema of {@link PurchaseParams}. */
export const PURCHASE_PARAMS = {
  type: 'object',
  properties: { id: { type: 'string', description: 'Id of a purchase.' } },
  required: ['id'],
} as const satisfies ObjectSchema<PurchaseParams>;

/** The query of `GET /purchases`, still text: see `pageLimit`. */
export type PageQuery = { readonly limit?: string; readonly cursor?: string };
/** Schema of {@link PageQuery}. */
export const PAGE_QUERY = {
  type: 'object',
  properties: {
    limit: {
      type: 'string',
      pattern: '^[0-9]{1,3}$',
      description: `1 to ${PAGE_SIZE_MAX}, ${PAGE_SIZE} when absent.`,
    },
    cursor: {
      type: 'string',
      maxLength: CURSOR_LENGTH_MAX,
      description: '`nextCursor` of the page before.',
    },
  },
  required: [],
} as const satisfies ObjectSchema<PageQuery>;

/** The header of every POST but the sign-in. */
export const KEY_HEADER = {
  type: 'object',
  properties: {
    'idempotency-key': {
      type: 'string',
      pattern: '^[!-~]{1,255}$',
      description:
        'Made by the caller, 1 to 255 visible ASCII characters; honoured for 24 hours within ' +
        'customer and route. A repeated call gets the first answer, with ' +
        '`Idempotency-Replayed: true`.',
    },
  },
} as const;
