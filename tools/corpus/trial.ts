/** Reads changed envelopes and judges each outcome: T9 of the reliability rules. */

import { isDeepStrictEqual } from 'node:util';

import { readRequest, readResponse, writeFault, writeRequest } from '@seqr-ups/contract';
import type { ReadRequest, SoapCall, SoapFault } from '@seqr-ups/contract';
import { mutated } from './mutation.ts';
import { randomOf } from './random.ts';
import { sources } from './source.ts';
import type { Source } from './source.ts';

/** What is tried: the envelopes `from` to `to` - 1 of the run that `seed` names. */
export type Trial = {
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  /** A parse that takes longer, in each of several attempts, is at fault. */
  readonly limitMs: number;
};

/** An envelope that was not dealt with as it must be. */
export type Finding = {
  readonly index: number;
  readonly kind: 'CRASH' | 'OVERLONG' | 'UNSTABLE';
  readonly detail: string;
};

/** What came of a trial. */
export type Figures = {
  envelopes: number;
  bytes: number;
  calls: number;
  answers: number;
  faults: number;
  longestMs: number;
  readonly findings: Finding[];
};

/** Findings kept in full; more of them say nothing new. */
const FINDINGS_MAX = 20;
/** Attempts before a parse is called overlong: one alone may have waited for the processor. */
const ATTEMPTS = 3;
const CHANGES_MAX = 2;
/** One call in so many is also written and read again. */
const REREAD_ONE_IN = 8;
const TYPES = [
  undefined,
  'text/xml',
  'text/xml; charset=utf-8',
  'text/xml;charset=iso-8859-1',
  'application/xml; charset="utf-16"',
];
const SOURCES = sources();

/** An envelope of a run, as it is read. */
export type Envelope = {
  readonly source: Source;
  readonly body: Buffer;
  readonly contentType: string | undefined;
};

/** The envelope of a run by its index: always the same. */
export const envelopeAt = (seed: number, index: number): Envelope => {
  const below = randomOf(seed, index);
  const pick = (): Source => {
    const source = SOURCES[below(SOURCES.length)];
    if (!source) throw new Error('there are no envelopes to change');
    return source;
  };
  const source = pick();
  let { body } = source;
  const changes = 1 + below(CHANGES_MAX);
  for (let change = 0; change < changes; change += 1) body = mutated(body, pick().body, below);
  return { source, body, contentType: TYPES[below(TYPES.length)] };
};

type Outcome = ReadRequest | { readonly kind: 'ANSWER' } | { readonly kind: 'FAULT' };

const read = ({ source, body, contentType }: Envelope): Outcome =>
  source.kind === 'REQUEST'
    ? readRequest(body, contentType)
    : readResponse(source.operation, body, contentType);

/**
 * What was read, written and read again. What the declaration does not allow to be written (an
 * unknown mode, a value that is no number) is for the edge to judge, and says nothing here.
 */
const isStable = ({ operation, request }: SoapCall): boolean => {
  if (JSON.stringify(request).includes('"repeated":true')) return true;
  let written: string;
  try {
    written = (writeRequest as (operation: string, request: object) => string)(operation, request);
  } catch (error) {
    if (error instanceof TypeError) return true;
    throw error;
  }
  const again = readRequest(Buffer.from(written), undefined);
  return again.kind === 'CALL' && isDeepStrictEqual(again.request, request);
};

const isSayable = (fault: SoapFault): boolean => {
  const text = writeFault(fault);
  return readResponse('cancelInvoice', Buffer.from(text), undefined).kind === 'FAULT';
};

const fastestMs = (envelope: Envelope): number => {
  let fastest = Infinity;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const start = performance.now();
    read(envelope);
    fastest = Math.min(fastest, performance.now() - start);
  }
  return fastest;
};

const problemOf = (
  envelope: Envelope,
  index: number,
  limitMs: number,
  figures: Figures,
): Omit<Finding, 'index'> | null => {
  const start = performance.now();
  const outcome = read(envelope);
  let elapsedMs = performance.now() - start;
  if (elapsedMs > limitMs) elapsedMs = fastestMs(envelope);
  figures.longestMs = Math.max(figures.longestMs, elapsedMs);
  if (elapsedMs > limitMs) return { kind: 'OVERLONG', detail: `${Math.round(elapsedMs)} ms` };
  if (outcome.kind === 'CALL') {
    figures.calls += 1;
    const stable = index % REREAD_ONE_IN !== 0 || isStable(outcome);
    return stable ? null : { kind: 'UNSTABLE', detail: 'reads otherwise when written again' };
  }
  if (outcome.kind === 'ANSWER') {
    figures.answers += 1;
    return null;
  }
  figures.faults += 1;
  const sayable = !('fault' in outcome) || isSayable(outcome.fault);
  return sayable ? null : { kind: 'UNSTABLE', detail: 'the fault cannot be written' };
};

/** Runs a trial. Never throws for what an envelope does: that is a finding. */
export const runTrial = ({ seed, from, to, limitMs }: Trial): Figures => {
  const figures: Figures = {
    envelopes: 0,
    bytes: 0,
    calls: 0,
    answers: 0,
    faults: 0,
    longestMs: 0,
    findings: [],
  };
  const note = (finding: Finding): void => {
    if (figures.findings.length < FINDINGS_MAX) figures.findings.push(finding);
  };
  for (let index = from; index < to; index += 1) {
    const envelope = envelopeAt(seed, index);
    figures.envelopes += 1;
    figures.bytes += envelope.body.length;
    try {
      const problem = problemOf(envelope, index, limitMs, figures);
      if (problem) note({ index, ...problem });
    } catch (error) {
      const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
      note({ index, kind: 'CRASH', detail });
    }
  }
  return figures;
};
