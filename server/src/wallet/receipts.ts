/**
 * Documents that merchants stored with a payment or refund. Their bytes are the merchant's and
 * hostile: they leave here as a download without a type, so that no browser shows them as a page of
 * this origin, whatever the merchant called them.
 */

import type { ReceiptJson, ReceiptListJson } from '@seqr-ups/contract';
import type { FastifyInstance } from 'fastify';
import { findPurchase } from '../core/purchase.ts';
import { findReceipt, listReceipts } from '../core/receipt.ts';
import type { ReceiptEntry } from '../core/receipt.ts';
import { problem, sendAnswer } from './answers.ts';
import type { WalletContext } from './context.ts';
import { described } from './openapi.ts';
import { PURCHASE_PARAMS, TEXT, TIME, UUID, nullable } from './schemas.ts';
import type { ObjectSchema, PurchaseParams } from './schemas.ts';

const RECEIPT = {
  type: 'object',
  description: 'A document of the merchant.',
  properties: {
    id: TEXT,
    type: { type: 'string', description: 'As the merchant wrote it.' },
    mediaType: { type: 'string', description: 'As the merchant wrote it; promises nothing.' },
    sizeBytes: { type: 'integer' },
    refundReference: { ...nullable(TEXT), description: 'The refund that it belongs to.' },
    createdAt: TIME,
  },
  required: ['id', 'type', 'mediaType', 'sizeBytes', 'refundReference', 'createdAt'],
} as const satisfies ObjectSchema<ReceiptJson>;

/** Schema of {@link ReceiptListJson}. */
export const RECEIPT_LIST = {
  type: 'object',
  properties: { items: { type: 'array', items: RECEIPT } },
  required: ['items'],
} as const satisfies ObjectSchema<ReceiptListJson>;

type ReceiptParams = PurchaseParams & { readonly receiptId: string };
const RECEIPT_PARAMS = {
  type: 'object',
  properties: {
    ...PURCHASE_PARAMS.properties,
    receiptId: { type: 'string', description: 'Id of a document.' },
  },
  required: ['id', 'receiptId'],
} as const satisfies ObjectSchema<ReceiptParams>;

/** Nothing inside a document may do anything, wherever somebody opens it. */
const DOCUMENT_HEADERS = {
  'content-type': 'application/octet-stream',
  'content-disposition': 'attachment; filename="receipt"',
  'content-security-policy': "default-src 'none'; sandbox",
  'cross-origin-resource-policy': 'same-origin',
} as const;

/** Adds the list of a purchase's documents, and each document. */
export function receiptRoutes(app: FastifyInstance, context: WalletContext): void {
  const { db, authenticate: onRequest } = context;
  app.get<{ Params: PurchaseParams }>(
    '/purchases/:id/receipts',
    {
      onRequest,
      schema: {
        ...described(
          'Documents of a purchase',
          'What the merchant stored with the payment and its refunds, oldest first.',
          ['UNAUTHORIZED', 'NOT_FOUND'],
        ),
        params: PURCHASE_PARAMS,
        response: { 200: RECEIPT_LIST },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { customerId } = context.sessionOf(request);
      const known = UUID.test(id) && (await db.statement((tx) => findPurchase(tx, customerId, id)));
      if (!known) return sendAnswer(reply, problem('NOT_FOUND'));
      const receipts = await db.statement((tx) => listReceipts(tx, customerId, id));
      return { items: receipts.map(receiptJson) };
    },
  );

  app.get<{ Params: ReceiptParams }>(
    '/purchases/:id/receipts/:receiptId',
    {
      onRequest,
      schema: {
        ...described(
          'One document',
          'The bytes as the merchant stored them, always as a download without a type: they are ' +
            'not checked in any way.',
          ['UNAUTHORIZED', 'NOT_FOUND'],
        ),
        params: RECEIPT_PARAMS,
        response: {
          200: {
            description: 'The document.',
            content: { 'application/octet-stream': { schema: { type: 'string' } } },
          },
        },
      },
    },
    async (request, reply) => {
      const { id, receiptId } = request.params;
      const { customerId } = context.sessionOf(request);
      const receipt = { customerId, purchaseId: id, id: receiptId };
      const found = UUID.test(id) ? await db.statement((tx) => findReceipt(tx, receipt)) : null;
      if (found === null) return sendAnswer(reply, problem('NOT_FOUND'));
      return reply.headers(DOCUMENT_HEADERS).send(Buffer.from(found.content));
    },
  );
}

const receiptJson = (receipt: ReceiptEntry): ReceiptJson => ({
  id: receipt.id,
  type: receipt.type,
  mediaType: receipt.mimeType,
  sizeBytes: receipt.sizeBytes,
  refundReference: receipt.refundReference,
  createdAt: receipt.createdAt.toISOString(),
});
