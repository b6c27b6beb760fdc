/** What the samples have in common: who calls, and the references that run through them. */

import type { OperationName, SoapRequest, SoapResponse, SoapType } from './operations.ts';

/** A request and its answer. */
export type OperationSample<O extends OperationName> = {
  readonly request: SoapRequest<O>;
  readonly response: SoapResponse<O>;
};

/** The terminal of the samples. */
export const TERMINAL_ID = '0c3f5b2a9d7e4f10a6b8c1d2e3f40516';
/** The invoice of the samples. */
export const REFERENCE = '20261123104512345';
/** The payment of the samples. */
export const ERS_REFERENCE = '2026112310461023400000042';

/** The terminal calls. */
export const TERMINAL: SoapType<'clientContext'> = {
  channel: 'WS',
  clientId: 'Kiosk 4.1',
  clientReference: 'k4-000731',
  clientRequestTimeout: '0',
  initiatorPrincipalId: { id: TERMINAL_ID, type: 'TERMINALID' },
  password: 'q7Lw2Zk9Tn4Vb1X',
};
/** A user of the shop calls. */
export const SHOP: SoapType<'clientContext'> = {
  channel: 'WS',
  clientId: 'Kiosk 4.1',
  clientReference: 'setup-1',
  clientRequestTimeout: '0',
  initiatorPrincipalId: { id: 'cornercafe', type: 'RESELLERUSER', userId: '9900' },
  password: 'shop-secret',
};
/** Success. */
export const DONE: SoapType<'erswsResponse'> = { resultCode: 0, resultDescription: 'SUCCESS' };
/** A sum in euros. */
export const euros = (value: string): SoapType<'amount'> => ({ currency: 'EUR', value });
