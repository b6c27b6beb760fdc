/** Changes of valid envelopes: of bytes, of elements, of encoding, of size. */

import { MERCHANT_SERVICE, SOAP_REQUEST_BYTES_MAX } from '@seqr-ups/contract';
import type { Random } from './random.ts';

const NAMES = [
  ...Object.keys(MERCHANT_SERVICE.operations),
  ...Object.values(MERCHANT_SERVICE.types).flatMap(({ elements }) => Object.keys(elements)),
  'return',
  '__proto__',
  'constructor',
];

const FRAGMENTS = [
  '<',
  '>',
  '&',
  '"',
  ']]>',
  '<![CDATA[',
  '<!--',
  '-->',
  '<?pi ?>',
  '<!DOCTYPE x>',
  '<!DOCTYPE x [<!ENTITY a "b">]>',
  '&#0;',
  '&#x10ffff;',
  '&x;',
  '<invoice>',
  '</invoice>',
  '<context/>',
  ' i:nil="true"',
  ' xmlns=""',
  ' xmlns="urn:x"',
  ' xmlns:ns2="urn:x"',
  ' soap:mustUnderstand="1"',
  '\u0000',
  '-1e999',
  '99999999999999999999',
  '٣',
  '\uffff',
  '\u2028',
  '<a/>'.repeat(50),
  '<a>'.repeat(40),
].map((text) => Buffer.from(text));

/** One change of bytes: flipped, dropped, doubled, moved, or a fragment put in. */
const brokenBytes = (body: Buffer, below: Random): Buffer => {
  const at = below(body.length + 1);
  const end = Math.min(body.length, at + below(40));
  const [head, middle, tail] = [body.subarray(0, at), body.subarray(at, end), body.subarray(end)];
  switch (below(5)) {
    case 0: {
      const flipped = Buffer.from(body);
      flipped[at] = below(256);
      return flipped;
    }
    case 1:
      return Buffer.concat([head, tail]);
    case 2:
      return Buffer.concat([head, middle, middle, tail]);
    case 3:
      return Buffer.concat([tail, middle, head]);
    default:
      return Buffer.concat([head, FRAGMENTS[below(FRAGMENTS.length)] ?? head, middle, tail]);
  }
};

/** One change of an element: dropped, doubled, emptied, renamed, its text replaced or nested. */
const changedElement = (body: Buffer, below: Random): Buffer => {
  const xml = body.toString('latin1');
  const leaves = [...xml.matchAll(/<(\w+)>([^<]*)<\/\1>/g)];
  const leaf = leaves[below(Math.max(1, leaves.length))];
  if (!leaf) return body;
  const [whole, name = '', content = ''] = leaf;
  const other = NAMES[below(NAMES.length)] ?? name;
  const forms = [
    '',
    whole + whole,
    `<${name}/>`,
    `<other>${content}</other>`,
    `<${other}>${content}</${other}>`,
    `<${other}>${whole}</${other}>`,
    `<${name}>-${content}${content}</${name}>`,
    `<!-- -->\n<${name} a="b"><![CDATA[${content}]]></${name}>`,
    `<${name}>${whole}</${name}>`,
  ];
  const form = forms[below(forms.length)] ?? '';
  return Buffer.from(
    xml.slice(0, leaf.index) + form + xml.slice(leaf.index + whole.length),
    'latin1',
  );
};

/** The same text in another encoding, truthfully declared or not. */
const encoded = (body: Buffer, below: Random): Buffer => {
  const text = body.toString('utf8');
  switch (below(4)) {
    case 0:
      return Buffer.from(`\ufeff${text}`, 'utf16le');
    case 1:
      return Buffer.from(`\ufeff${text}`, 'utf16le').swap16();
    case 2:
      return Buffer.from(text.replace('UTF-8', 'ISO-8859-1'), 'latin1');
    default:
      return Buffer.from(text.replace('UTF-8', 'utf-16'));
  }
};

/** The beginning of one envelope with the end of another. */
const spliced = (body: Buffer, other: Buffer, below: Random): Buffer =>
  Buffer.concat([
    body.subarray(0, below(body.length + 1)),
    other.subarray(below(other.length + 1)),
  ]);

/** A part of the envelope again and again, up to the limit of a request and a little beyond. */
const swollen = (body: Buffer, below: Random): Buffer => {
  const at = below(body.length);
  const end = Math.min(body.length, at + 1 + below(60));
  const part = body.subarray(at, end);
  const length = below(SOAP_REQUEST_BYTES_MAX + 1000);
  return Buffer.concat([body.subarray(0, at), Buffer.alloc(length, part), body.subarray(at)]);
};

/** Odds of the rarer changes, one in so many. */
const SWELL_ONE_IN = 4000;
const ENCODE_ONE_IN = 40;
const SPLICE_ONE_IN = 20;

/** One change; `other` is an envelope to take parts from. */
export const mutated = (body: Buffer, other: Buffer, below: Random): Buffer => {
  if (body.length === 0) return other;
  if (below(SWELL_ONE_IN) === 0) return swollen(body, below);
  if (below(ENCODE_ONE_IN) === 0) return encoded(body, below);
  if (below(SPLICE_ONE_IN) === 0) return spliced(body, other, below);
  return below(2) === 0 ? brokenBytes(body, below) : changedElement(body, below);
};
