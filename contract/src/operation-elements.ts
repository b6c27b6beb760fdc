/** Elements that requests of several operations have. */

/** Who calls; every operation but benchmarkingNop begins with it. */
export const CONTEXT = {
  type: 'clientContext',
  occurs: '0..1',
  needed: true,
  once: true,
  docs: 'Who calls.',
} as const;
/** An invoice by its reference. */
export const INVOICE_REFERENCE = {
  type: 'string',
  occurs: '0..1',
  needed: true,
  token: true,
  docs: 'The invoice, as sendInvoice answered it.',
} as const;
/** Loyalty tokens of a bill. */
export const TOKENS = {
  type: 'customerToken',
  occurs: '0..*',
  docs: 'Loyalty tokens, repeated without a wrapper.',
} as const;
