/**
 * From bytes to text, by the rules of XML over HTTP: byte order mark, charset parameter, XML
 * declaration, UTF-8.
 */

type Decoded = { readonly text: string } | { readonly problem: string };

const LABELS: ReadonlyMap<string, string> = new Map([
  ['utf-8', 'utf-8'],
  ['utf8', 'utf-8'],
  ['us-ascii', 'utf-8'],
  ['ascii', 'utf-8'],
  ['iso-8859-1', 'iso-8859-1'],
  ['iso8859-1', 'iso-8859-1'],
  ['iso_8859-1', 'iso-8859-1'],
  ['latin1', 'iso-8859-1'],
  ['windows-1252', 'iso-8859-1'],
  ['utf-16', 'utf-16'],
  ['utf-16le', 'utf-16le'],
  ['utf-16be', 'utf-16be'],
]);

/** How far into the body an XML declaration is looked for. */
const DECLARATION_BYTES_MAX = 200;
const LABEL_LENGTH_MAX = 40;

/** Decoders that refuse malformed bytes, by encoding; making one costs more than using it. */
const decoders = new Map<string, TextDecoder>();

const decoderOf = (encoding: string): TextDecoder => {
  let decoder = decoders.get(encoding);
  if (decoder === undefined) {
    decoder = new TextDecoder(encoding, { fatal: true });
    decoders.set(encoding, decoder);
  }
  return decoder;
};

const charsetParameter = (contentType: string | undefined): string | null => {
  const match = /;\s*charset\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s;]+))/i.exec(contentType ?? '');
  return match ? (match[1] ?? match[2] ?? match[3] ?? '').trim() : null;
};

/** UTF-16 shows in the first character, which must be `<` or a byte order mark. */
const utf16Of = (body: Uint8Array): 'utf-16le' | 'utf-16be' | null => {
  const [first, second] = body;
  if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)) return 'utf-16le';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c)) return 'utf-16be';
  return null;
};

const declaredEncoding = (body: Uint8Array): string | null => {
  const head = String.fromCharCode(...body.subarray(0, DECLARATION_BYTES_MAX));
  const match = /^<\?xml\s[^?]*?encoding\s*=\s*["']([^"']*)["']/.exec(head);
  return match?.[1]?.trim() ?? null;
};

const labelOf = (body: Uint8Array, contentType: string | undefined): string => {
  if (body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf) return 'utf-8';
  const utf16 = utf16Of(body);
  if (utf16) return utf16;
  const parameter = charsetParameter(contentType);
  if (parameter) return parameter;
  const declared = declaredEncoding(body);
  // A declaration that reads as ASCII is not UTF-16, whatever it says: .NET's StringWriter
  // claims so over UTF-8.
  return declared === null || /^utf-16/i.test(declared) ? 'utf-8' : declared;
};

/**
 * The text of a body, without its byte order mark; or why it is not readable. Malformed bytes are
 * never replaced.
 */
export const decodeBody = (body: Uint8Array, contentType: string | undefined): Decoded => {
  const label = labelOf(body, contentType);
  const known = LABELS.get(label.toLowerCase());
  if (!known) return { problem: `unsupported encoding ${label.slice(0, LABEL_LENGTH_MAX)}` };
  const encoding = known === 'utf-16' ? 'utf-16be' : known;
  try {
    return { text: decoderOf(encoding).decode(body) };
  } catch {
    return { problem: `the body is not ${label.slice(0, LABEL_LENGTH_MAX)}` };
  }
};
