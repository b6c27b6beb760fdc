/**
 * The forms of SEQR codes (unattended-payments 2). Written in capitals, read in any letter case.
 */

/**
 * What a code stands for: a machine, a till's sticker, or one invoice. `signature` of a machine's
 * code is its parameter `s` as it stands, absent in an unsigned one; nothing here says that it is
 * right.
 */
export type QrTarget =
  | {
      readonly kind: 'MACHINE';
      readonly merchantId: string;
      readonly token: string;
      readonly signature?: string;
    }
  | { readonly kind: 'TILL'; readonly seqrId: string }
  | { readonly kind: 'INVOICE'; readonly invoiceReference: string };

/** The host that every installation understands. */
export const SEQR_HOST = 'SEQR.SE';
/** Longer text is no code of ours. */
export const QR_TEXT_LENGTH_MAX = 512;

const SCHEMES: ReadonlySet<string> = new Set(['http', 'https', 'seqr', 'seqr-demo', 'seqr-debug']);
const LINK = /^([a-z][a-z-]*):\/\/([^/?#]+)\/([^?#]*)(?:\?([^#]*))?(?:#.*)?$/i;
/** The characters that a merchant id and a machine token may have. */
const ID = /^[A-Za-z0-9_.-]{1,64}$/;
const ALPHANUMERIC = /^[A-Za-z0-9]{1,64}$/;

/** 64 bytes in base64url: r and s of ECDSA on P-256 (IEEE P1363). */
const CODE_SIGNATURE = /^[A-Za-z0-9_-]{85}[AQgw]$/;

/** Whether the text has the form of a code's signature. */
export const isCodeSignature = (text: string): boolean => CODE_SIGNATURE.test(text);

/**
 * What is signed (UTF-8) of a machine's code: merchant and machine, and that it is a code. The host
 * is not part of it, so that one label serves under every name of an installation.
 */
export const codeSignedText = (merchantId: string, token: string): string =>
  `SEQR code\n${merchantId}\n${token}`;

/** Whether the text may stand as `w` or `t` in a machine's code: 1 to 64 of `A–Z a–z 0–9 - _ .`. */
export const isQrId = (text: string): boolean => ID.test(text);

const decoded = (text: string): string | null => {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
};

/** The values of a parameter, its name in any letter case, as they are written. */
const parameter = (query: string, name: string): readonly string[] =>
  query
    .split('&')
    .map((pair) => /^([^=]*)=?(.*)$/s.exec(pair))
    .filter((match) => decoded(match?.[1] ?? '')?.toLowerCase() === name)
    .map((match) => match?.[2] ?? '');

/** The one value of a parameter; null when missing, repeated, or not an id. */
const idParameter = (query: string, name: string): string | null => {
  const [first, ...more] = parameter(query, name);
  if (first === undefined || more.length > 0) return null;
  const value = decoded(first);
  return value !== null && ID.test(value) ? value : null;
};

/** What `s` says, undefined where it is missing. Several, or an unreadable one: never right. */
const signatureParameter = (query: string): string | undefined => {
  const [first, ...more] = parameter(query, 's');
  if (first === undefined) return undefined;
  return more.length > 0 ? '' : (decoded(first) ?? '');
};

/**
 * Reads scanned or pasted text. `publicHosts` are this installation's own hosts, with port if they
 * have one; SEQR.SE is always known. Null: not a SEQR code, or not a well-formed one.
 */
export const parseQr = (
  text: string,
  options: { readonly publicHosts?: readonly string[] } = {},
): QrTarget | null => {
  if (text.length > QR_TEXT_LENGTH_MAX) return null;
  const match = LINK.exec(text.trim());
  if (!match) return null;
  const [, scheme = '', host = '', path = '', query = ''] = match;
  if (!SCHEMES.has(scheme.toLowerCase())) return null;
  const hosts = [SEQR_HOST, ...(options.publicHosts ?? [])];
  if (!hosts.some((known) => known.toLowerCase() === host.toLowerCase())) return null;
  if (path.toLowerCase() === '000/ups') {
    const merchantId = idParameter(query, 'w');
    const token = idParameter(query, 't');
    if (merchantId === null || token === null) return null;
    const signature = signatureParameter(query);
    return { kind: 'MACHINE', merchantId, token, ...(signature !== undefined && { signature }) };
  }
  const value = path.slice(1);
  if (query !== '' || !ALPHANUMERIC.test(value)) return null;
  if (/^q/i.test(path)) return { kind: 'TILL', seqrId: value };
  if (/^r/i.test(path)) return { kind: 'INVOICE', invoiceReference: value };
  return null;
};

const checked = (text: string, allowed: RegExp): string => {
  if (!allowed.test(text)) throw new Error(`cannot stand in a code: ${JSON.stringify(text)}`);
  return text;
};

/**
 * The text of a machine's code. Throws when an id has other characters than {@link isQrId} allows.
 */
export const machineQr = (merchantId: string, token: string, host: string = SEQR_HOST): string =>
  `HTTP://${host.toUpperCase()}/000/ups?w=${checked(merchantId, ID)}&t=${checked(token, ID)}`;

/**
 * The text of a machine's signed code: readers that know no `s` ignore it. Throws when the
 * signature is none (`isCodeSignature`).
 */
export const signedMachineQr = (
  merchantId: string,
  token: string,
  signature: string,
  host: string = SEQR_HOST,
): string => `${machineQr(merchantId, token, host)}&s=${checked(signature, CODE_SIGNATURE)}`;

/** The text of a till's sticker. Throws when the id is not alphanumeric. */
export const tillQr = (seqrId: string, host: string = SEQR_HOST): string =>
  `HTTP://${host.toUpperCase()}/Q${checked(seqrId, ALPHANUMERIC)}`;

/**
 * The text of one invoice's code, `invoiceQRCode` of sendInvoice. Throws when it is not
 * alphanumeric.
 */
export const invoiceQr = (reference: string, host: string = SEQR_HOST): string =>
  `HTTP://${host.toUpperCase()}/R${checked(reference, ALPHANUMERIC)}`;
