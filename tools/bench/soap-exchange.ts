/** The exchange that codecs and servers are measured with: sendInvoice, about 2 kB both ways. */

import { writeRequest, writeResponse, wsdl } from '@seqr-ups/contract';
import type { SoapRequest, SoapResponse } from '@seqr-ups/contract';

/** The path of the endpoint, the same on every server here. */
export const SOAP_PATH = '/soap/merchant/cashregister-2';

const euros = (value: string) => ({ currency: 'EUR', value });
const row = (itemDescription: string, value: string) => ({
  itemDescription,
  itemQuantity: '1',
  itemTotalAmount: euros(value),
});

const REQUEST: SoapRequest<'sendInvoice'> = {
  context: {
    channel: 'WS',
    clientId: 'Kiosk 4.1',
    clientReference: 'k4-000731',
    clientRequestTimeout: '0',
    initiatorPrincipalId: { id: '0c3f5b2a9d7e4f10a6b8c1d2e3f40516', type: 'TERMINALID' },
    password: 'q7Lw2Zk9Tn4Vb1X',
  },
  invoice: {
    paymentMode: 'IMMEDIATE_DEBIT',
    acknowledgmentMode: 'NO_ACKNOWLEDGMENT',
    issueDate: '2026-11-23T10:45:12+01:00',
    title: 'Corner Café & Sons',
    clientInvoiceId: 's-88213',
    invoiceRows: {
      invoiceRow: [row('Crisps, salt & vinegar', '2.50'), row('Water', '1.80'), row('Tea', '2.10')],
    },
    totalAmount: euros('6.40'),
    cashierId: 'kiosk-2',
    notificationUrl: 'https://vending.example/seqr/n/7f3c0b51d2',
  },
};

/** What the platform answers it with. */
export const RESPONSE: SoapResponse<'sendInvoice'> = {
  resultCode: 0,
  resultDescription: 'SUCCESS',
  invoiceQRCode: 'HTTP://SEQR.SE/R20261123104512345',
  invoiceReference: '20261123104512345',
};

/** The request on the wire. */
export const requestBytes = (): Buffer => Buffer.from(writeRequest('sendInvoice', REQUEST));

/** Bytes of request and answer together, as our codec writes them. */
export const exchangeBytes = (): number =>
  requestBytes().byteLength + Buffer.byteLength(writeResponse('sendInvoice', RESPONSE));

/** The contract that both sides work by. */
export const exchangeWsdl = (): string => wsdl(`http://127.0.0.1${SOAP_PATH}`);
