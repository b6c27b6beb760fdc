/**
 * The operations of the WSDL outside the merchant's contract (merchant-soap-api 4.14). A merchant's
 * stub generator expects to find them.
 */

import { CONTEXT } from './operation-elements.ts';
import type { OperationDeclarations } from './schema.ts';

const BOTH = ['RESELLERUSER', 'TERMINALID'] as const;
const SENDER = { type: 'principalId', occurs: '0..1', docs: 'Who gives.' } as const;
const RECEIVER = { type: 'principalId', occurs: '0..1', docs: 'Who receives.' } as const;
const SENDER_ACCOUNT = {
  type: 'principalAccountSpecifier',
  occurs: '0..1',
  docs: 'From which account.',
} as const;
const RECEIVER_ACCOUNT = {
  type: 'principalAccountSpecifier',
  occurs: '0..1',
  docs: 'To which account.',
} as const;
const PRODUCT = { type: 'string', occurs: '0..1', docs: 'Which product.' } as const;
const AMOUNT = { type: 'amount', occurs: '0..1', docs: 'How much.' } as const;
const NOT_OFFERED = {
  principals: BOTH,
  codes: ['ACCESS_DENIED'],
  offered: false,
  repetition: 'Do not repeat.',
} as const;

/** Operations by name, in the order of the WSDL. */
export const PRINCIPAL_OPERATIONS = {
  changePrincipalPassword: {
    docs:
      'Changes the password of the caller; principalId may be absent or name the caller, nobody ' +
      'else. The new password counts at once.',
    principals: BOTH,
    request: {
      context: CONTEXT,
      principalId: { type: 'principalId', occurs: '0..1', docs: 'The caller.' },
      newPassword: {
        type: 'string',
        occurs: '0..1',
        needed: true,
        docs: 'The new password, at least 4 characters.',
      },
    },
    response: 'erswsResponse',
    codes: ['ACCESS_DENIED', 'INVALID_NEW_PASSWORD'],
    repetition: 'Repeat; 20 means that it worked.',
  },
  benchmarkingNop: {
    docs: 'Does nothing and answers 0, to anybody: shows that the way there and back works.',
    principals: [],
    request: {},
    response: 'erswsResponse',
    codes: [],
    repetition: 'Repeat.',
  },
  requestPrincipalInformation: {
    ...NOT_OFFERED,
    docs: 'Not offered: would answer the accounts of a principal.',
    request: {
      context: CONTEXT,
      principalId: { type: 'principalId', occurs: '0..1', docs: 'About whom.' },
    },
    response: 'erswsPrincipalInformationResponse',
  },
  confirmCustomerRegistration: {
    ...NOT_OFFERED,
    docs: 'Not offered: would confirm the registration of a customer.',
    request: {
      context: CONTEXT,
      principalId: { type: 'principalId', occurs: '0..1', docs: 'The customer.' },
      secondaryPrincipalId: { type: 'principalId', occurs: '0..1', docs: 'Another name.' },
      registrationReference: { type: 'string', occurs: '0..1', docs: 'The registration.' },
    },
    response: 'erswsResponse',
  },
  requestTopup: {
    ...NOT_OFFERED,
    docs: 'Not offered: would top up an account.',
    request: {
      context: CONTEXT,
      senderPrincipalId: SENDER,
      topupPrincipalId: { type: 'principalId', occurs: '0..1', docs: 'Who is topped up.' },
      senderAccountSpecifier: SENDER_ACCOUNT,
      topupAccountSpecifier: RECEIVER_ACCOUNT,
      productId: PRODUCT,
      amount: AMOUNT,
    },
    response: 'erswsTopupResponse',
  },
  requestTransfer: {
    ...NOT_OFFERED,
    docs: 'Not offered: would move money between accounts.',
    request: {
      context: CONTEXT,
      senderPrincipalId: SENDER,
      receiverPrincipalId: RECEIVER,
      senderAccountSpecifier: SENDER_ACCOUNT,
      receiverAccountSpecifier: RECEIVER_ACCOUNT,
      productId: PRODUCT,
      amount: AMOUNT,
    },
    response: 'erswsTransferResponse',
  },
  requestPurchase: {
    ...NOT_OFFERED,
    docs: 'Not offered: would buy products for somebody.',
    request: {
      context: CONTEXT,
      senderPrincipalId: SENDER,
      receiverPrincipalId: RECEIVER,
      senderAccountSpecifier: SENDER_ACCOUNT,
      receiverAccountSpecifier: RECEIVER_ACCOUNT,
      purchaseOrder: { type: 'purchaseOrderRow', occurs: '0..*', docs: 'What is bought.' },
    },
    response: 'erswsPurchaseResponse',
  },
} as const satisfies OperationDeclarations;
