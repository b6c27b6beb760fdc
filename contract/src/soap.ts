/**
 * The merchant SOAP API on the wire: requests and answers as envelopes, in both directions, and the
 * WSDL.
 */

import { MERCHANT_SERVICE } from './operations.ts';
import type { OperationName, SoapRequest, SoapResponse } from './operations.ts';
import { planElements, planService } from './plan.ts';
import type { OperationPlan, TypePlan } from './plan.ts';
import { ENVELOPE_NAMESPACE, readEnvelope, TARGET_NAMESPACE } from './soap-reader.ts';
import { XmlRefusal } from './xml-input.ts';
import { escapeText, writeFields } from './xml-output.ts';

/** A longer request is refused (merchant-soap-api 1.3). */
export const SOAP_REQUEST_BYTES_MAX = 1024 * 1024;
/** A longer answer is not read. */
export const SOAP_RESPONSE_BYTES_MAX = 8 * 1024 * 1024;
/** What every message is sent with. */
export const SOAP_CONTENT_TYPE = 'text/xml; charset=utf-8';

/**
 * A SOAP 1.1 fault; goes out with HTTP 500. The message is safe to show: no internals, no content
 * of the request.
 */
export type SoapFault = {
  readonly code: 'Client' | 'Server' | 'VersionMismatch' | 'MustUnderstand';
  readonly message: string;
};

/**
 * A request that was understood, discriminated by its operation. `unknownElements` were ignored;
 * count them.
 */
export type SoapCall = {
  readonly [O in OperationName]: {
    readonly kind: 'CALL';
    readonly operation: O;
    readonly request: SoapRequest<O>;
    readonly unknownElements: number;
  };
}[OperationName];

/** The outcome of reading a request: a call, or the fault to answer with. */
export type ReadRequest = SoapCall | { readonly kind: 'FAULT'; readonly fault: SoapFault };

/**
 * The outcome of reading an answer. FAULT also stands for whatever is no answer at all, e.g. an
 * HTML page.
 */
export type ReadResponse<O extends OperationName> =
  | { readonly kind: 'ANSWER'; readonly response: SoapResponse<O> }
  | { readonly kind: 'FAULT'; readonly fault: SoapFault };

const SERVICE = planService(MERCHANT_SERVICE);

const planOf = (operation: OperationName): OperationPlan => {
  const plan = SERVICE.operations.get(operation);
  if (!plan) throw new Error(`undeclared operation: ${operation}`);
  return plan;
};

const faultOf = (refusal: unknown): SoapFault => {
  if (!(refusal instanceof XmlRefusal)) throw refusal;
  return { code: refusal.code, message: refusal.message };
};

/**
 * Reads a request, dispatched only by the first element in `Body`. Never throws for what a client
 * sends.
 */
export const readRequest = (body: Uint8Array, contentType: string | undefined): ReadRequest => {
  try {
    const { wrapper, value, unknownElements } = readEnvelope(
      body,
      contentType,
      SOAP_REQUEST_BYTES_MAX,
      (local, uri) =>
        uri === TARGET_NAMESPACE ? (SERVICE.operations.get(local)?.request ?? null) : null,
    );
    return { kind: 'CALL', operation: wrapper, request: value, unknownElements } as SoapCall;
  } catch (refusal) {
    return { kind: 'FAULT', fault: faultOf(refusal) };
  }
};

const FAULT_PLAN = planElements('Fault', {
  faultcode: { type: 'string', occurs: '0..1', token: true, docs: '' },
  faultstring: { type: 'string', occurs: '0..1', token: true, docs: '' },
});
const FAULT_CODES = ['Client', 'Server', 'VersionMismatch', 'MustUnderstand'] as const;

/** Reads the answer to an operation. Never throws for what a server sends. */
export const readResponse = <O extends OperationName>(
  operation: O,
  body: Uint8Array,
  contentType: string | undefined,
): ReadResponse<O> => {
  const { response } = planOf(operation);
  const lookup = (local: string, uri: string): TypePlan | null => {
    if (uri === ENVELOPE_NAMESPACE && local === 'Fault') return FAULT_PLAN;
    return uri === TARGET_NAMESPACE && local === response.name ? response : null;
  };
  try {
    const { wrapper, value } = readEnvelope(body, contentType, SOAP_RESPONSE_BYTES_MAX, lookup);
    if (wrapper === 'Fault') {
      const { faultcode = '', faultstring = '' } = value as Readonly<Record<string, string>>;
      const name = faultcode.replace(/^.*:/, '');
      const code = FAULT_CODES.find((known) => known === name) ?? 'Server';
      return { kind: 'FAULT', fault: { code, message: faultstring } };
    }
    if (value['return'] === undefined) throw new XmlRefusal('Server', 'the answer is empty');
    return { kind: 'ANSWER', response: value['return'] as SoapResponse<O> };
  } catch (refusal) {
    return { kind: 'FAULT', fault: { ...faultOf(refusal), code: 'Server' } };
  }
};

const envelope = (content: string): string =>
  '<?xml version="1.0" encoding="UTF-8"?>' +
  `<soap:Envelope xmlns:soap="${ENVELOPE_NAMESPACE}">` +
  `<soap:Body>${content}</soap:Body></soap:Envelope>`;

const wrapped = (plan: TypePlan, value: object): string =>
  envelope(
    `<ns2:${plan.name} xmlns:ns2="${TARGET_NAMESPACE}">` +
      `${writeFields(plan, value as Readonly<Record<string, unknown>>)}</ns2:${plan.name}>`,
  );

/** The envelope of a request. Throws for a value that its declaration does not allow. */
export const writeRequest = <O extends OperationName>(
  operation: O,
  request: SoapRequest<O>,
): string => wrapped(planOf(operation).request, request);

/** The envelope of an answer. Throws for a value that its declaration does not allow. */
export const writeResponse = <O extends OperationName>(
  operation: O,
  response: SoapResponse<O>,
): string => wrapped(planOf(operation).response, { return: response });

/** The envelope of a fault; send it with HTTP 500. */
export const writeFault = (fault: SoapFault): string =>
  envelope(
    `<soap:Fault><faultcode>soap:${fault.code}</faultcode>` +
      `<faultstring>${escapeText(fault.message)}</faultstring></soap:Fault>`,
  );

export { clientSessionInfoWsdl, wsdl, xsd } from './wsdl.ts';
