/**
 * Our codec against that of npm's `soap`, in one process: what a server does with one exchange,
 * from the request's bytes to the text of its answer. Theirs does what its own server does by our
 * WSDL: decode the bytes, `xmlToObject`, `objectToDocumentXML`, wrap it in an envelope.
 */

import { readRequest, readResponse, writeResponse } from '@seqr-ups/contract';
import { WSDL } from 'soap';
import { exchangeWsdl, requestBytes, RESPONSE } from './soap-exchange.ts';
import { median, ratioByTurns } from './soap-statistics.ts';

/** One turn of one codec; then it is the other's. */
const TURN_MS = 250;
/** Exchanges between two looks at the clock. */
const BATCH = 20;
/** Turns of each that only warm it up. */
const WARM_TURNS = 3;

/** Exchanges a second of one core, medians of the turns; `ratio` is that of the turns. */
export type CodecFigures = {
  readonly oursPerSecond: number | null;
  readonly theirsPerSecond: number | null;
  readonly ratio: number | null;
  readonly turns: number;
};

/** Measures for about `forMs`. Throws when one of them reads something else than was sent. */
export async function measureCodec(forMs: number): Promise<CodecFigures> {
  const request = requestBytes();
  const ours = ourExchange(request);
  const theirs = await theirExchange(request);
  for (const exchange of [ours, theirs]) requireAnswer(exchange());
  for (let turn = 0; turn < WARM_TURNS; turn += 1) {
    ratePerSecond(ours);
    ratePerSecond(theirs);
  }
  const turns = [];
  for (const end = performance.now() + forMs; performance.now() < end;) {
    turns.push({ first: ratePerSecond(ours), second: ratePerSecond(theirs) });
  }
  return {
    oursPerSecond: median(turns.map(({ first }) => first)),
    theirsPerSecond: median(turns.map(({ second }) => second)),
    ratio: ratioByTurns(turns),
    turns: turns.length,
  };
}

function ratePerSecond(exchange: () => void): number {
  const startMs = performance.now();
  let done = 0;
  let spentMs = 0;
  while (spentMs < TURN_MS) {
    for (let each = 0; each < BATCH; each += 1) exchange();
    done += BATCH;
    spentMs = performance.now() - startMs;
  }
  return (done * 1_000) / spentMs;
}

function ourExchange(request: Uint8Array): () => string {
  return () => {
    const read = readRequest(request, 'text/xml; charset=utf-8');
    if (read.kind !== 'CALL' || read.operation !== 'sendInvoice') throw new Error('misread');
    requireAmount(read.request.invoice?.totalAmount?.value);
    return writeResponse('sendInvoice', RESPONSE);
  };
}

/** What of the message objects of the package this file looks at. */
type TheirMessage = {
  readonly Body?: {
    readonly sendInvoice?: { readonly invoice?: { readonly totalAmount?: { value?: unknown } } };
  };
};

async function theirExchange(request: Buffer): Promise<() => string> {
  const contract = await readyWsdl();
  const ports = Object.values(contract.definitions.services).flatMap(({ ports }) =>
    Object.values(ports),
  );
  const output = ports[0]?.binding.methods['sendInvoice']?.output;
  if (output === undefined) throw new Error('npm soap finds no sendInvoice in our WSDL');
  const { $name = '', targetNSAlias = '', targetNamespace = '' } = output;
  const opening =
    '<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap=' +
    `"http://schemas.xmlsoap.org/soap/envelope/" ${contract.xmlnsInEnvelope}><soap:Body>`;
  return () => {
    const read: TheirMessage = contract.xmlToObject(request.toString());
    requireAmount(read.Body?.sendInvoice?.invoice?.totalAmount?.value);
    const answer = { return: RESPONSE };
    const body = contract.objectToDocumentXML($name, answer, targetNSAlias, targetNamespace);
    return `${opening}${body}</soap:Body></soap:Envelope>`;
  };
}

function readyWsdl(): Promise<WSDL> {
  return new Promise((settle, fail) => {
    const contract = new WSDL(exchangeWsdl(), '', {});
    contract.onReady((error) => (error ? fail(error) : settle(contract)));
  });
}

/** Both must have understood the last thing in the message; their numbers are JavaScript's. */
function requireAmount(value: unknown): void {
  if (Number(value) !== 6.4) throw new Error(`a codec read the amount as ${String(value)}`);
}

/** A client must understand both answers alike. */
function requireAnswer(xml: string): void {
  const read = readResponse('sendInvoice', Buffer.from(xml), 'text/xml; charset=utf-8');
  const reference = read.kind === 'ANSWER' ? read.response.invoiceReference : undefined;
  if (reference !== RESPONSE.invoiceReference) throw new Error(`a codec answered ${xml}`);
}
