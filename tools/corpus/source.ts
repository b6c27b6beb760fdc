/** The envelopes that are changed: one exchange of each operation, and the golden samples. */

import { readdirSync, readFileSync } from 'node:fs';

import { OPERATION_NAMES, writeRequest, writeResponse } from '@seqr-ups/contract';
import type { OperationName } from '@seqr-ups/contract';
import { OPERATION_SAMPLES } from '../../contract/src/samples.ts';

/** An envelope before it is changed: a request, or the answer to an operation. */
export type Source =
  | { readonly kind: 'REQUEST'; readonly body: Buffer }
  | { readonly kind: 'RESPONSE'; readonly operation: OperationName; readonly body: Buffer };

const SAMPLES = new URL('../../contract/samples/', import.meta.url);

const golden = (): Source[] =>
  readdirSync(SAMPLES, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('request.xml'))
    .toSorted()
    .map((path) => ({ kind: 'REQUEST', body: readFileSync(new URL(path, SAMPLES)) }));

/** Every source, in an order that never changes. */
export const sources = (): readonly Source[] => [
  ...OPERATION_NAMES.flatMap((operation): Source[] => {
    const { request, response } = OPERATION_SAMPLES[operation];
    return [
      { kind: 'REQUEST', body: Buffer.from(writeRequest(operation, request)) },
      { kind: 'RESPONSE', operation, body: Buffer.from(writeResponse(operation, response)) },
    ];
  }),
  ...golden(),
];
