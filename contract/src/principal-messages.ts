/**
 * The data types of operations about principals, accounts and products. Clients generated from the
 * WSDL refer to them; this platform offers none of the operations but the change of a password
 * (merchant-soap-api 4.14).
 */

import type { TypeDeclarations } from './schema.ts';

/** Types by name. */
export const PRINCIPAL_TYPES = {
  principal: {
    docs: 'A principal with its accounts.',
    elements: {
      principalId: { type: 'principalId', occurs: '0..1', docs: 'Who.' },
      principalName: { type: 'string', occurs: '0..1', docs: 'Name.' },
      accounts: {
        type: {
          elements: { account: { type: 'principalAccount', occurs: '0..*', docs: 'One account.' } },
        },
        occurs: '0..1',
        docs: 'Accounts.',
      },
      status: { type: 'string', occurs: '0..1', docs: 'State.' },
      msisdn: { type: 'string', occurs: '0..1', docs: 'Phone number.' },
    },
  },
  principalAccount: {
    docs: 'An account with its balance.',
    elements: {
      accountDescription: { type: 'string', occurs: '0..1', docs: 'Name of the account.' },
      accountSpecifier: { type: 'principalAccountSpecifier', occurs: '0..1', docs: 'Which one.' },
      balance: { type: 'amount', occurs: '0..1', docs: 'Balance.' },
      creditLimit: { type: 'amount', occurs: '0..1', docs: 'How far the balance may fall.' },
    },
  },
  principalAccountSpecifier: {
    docs: 'Names an account.',
    elements: {
      accountId: { type: 'string', occurs: '0..1', docs: 'Id of the account.' },
      accountTypeId: { type: 'string', occurs: '0..1', docs: 'Type of the account.' },
    },
  },
  purchaseOrderRow: {
    docs: 'One product of an order.',
    elements: {
      productSpecifier: {
        type: 'principalPurchaseProductSpecifier',
        occurs: '0..1',
        docs: 'Which product.',
      },
      purchaseCount: { type: 'int', occurs: '1..1', otherwise: 0, docs: 'How many.' },
    },
  },
  principalPurchaseProductSpecifier: {
    docs: 'Names a product.',
    elements: {
      productId: { type: 'string', occurs: '0..1', docs: 'Id of the product.' },
      productIdType: { type: 'string', occurs: '0..1', docs: 'What kind of id it is.' },
    },
  },
} as const satisfies TypeDeclarations;

/** The types of answers, by name; they extend `erswsResponse`. */
export const PRINCIPAL_RESPONSE_TYPES = {
  erswsPrincipalInformationResponse: {
    docs: 'Answer to requestPrincipalInformation.',
    extends: 'erswsResponse',
    elements: {
      requestedPrincipal: { type: 'principal', occurs: '0..1', docs: 'Never sent here.' },
    },
  },
  erswsTopupResponse: {
    docs: 'Answer to requestTopup.',
    extends: 'erswsResponse',
    elements: {
      requestedTopupAmount: { type: 'amount', occurs: '0..1', docs: 'Never sent here.' },
      senderPrincipal: { type: 'principal', occurs: '0..1', docs: 'Never sent here.' },
      topupAccountSpecifier: {
        type: 'principalAccountSpecifier',
        occurs: '0..1',
        docs: 'Never sent here.',
      },
      topupAmount: { type: 'amount', occurs: '0..1', docs: 'Never sent here.' },
      topupPrincipal: { type: 'principal', occurs: '0..1', docs: 'Never sent here.' },
    },
  },
  erswsTransferResponse: {
    docs: 'Answer to requestTransfer.',
    extends: 'erswsResponse',
    elements: {
      receivedAmount: { type: 'amount', occurs: '0..1', docs: 'Never sent here.' },
      receiverPrincipal: { type: 'principal', occurs: '0..1', docs: 'Never sent here.' },
      requestedTransferAmount: { type: 'amount', occurs: '0..1', docs: 'Never sent here.' },
      senderPrincipal: { type: 'principal', occurs: '0..1', docs: 'Never sent here.' },
    },
  },
  erswsPurchaseResponse: {
    docs: 'Answer to requestPurchase.',
    extends: 'erswsResponse',
    elements: {
      paymentPrincipal: { type: 'principal', occurs: '0..1', docs: 'Never sent here.' },
      purchaseReference: { type: 'string', occurs: '0..1', docs: 'Never sent here.' },
      purchasedProducts: {
        type: 'principalPurchaseProductSpecifier',
        occurs: '0..*',
        nillable: true,
        docs: 'Never sent here.',
      },
      receiverPrincipal: { type: 'principal', occurs: '0..1', docs: 'Never sent here.' },
    },
  },
} as const satisfies TypeDeclarations;
