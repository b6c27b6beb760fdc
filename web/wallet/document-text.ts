/** The readable text of a merchant's document, whatever it calls itself. */

/** Longer documents are for saving; the page must stay quick. */
const TEXT_CHARS_MAX = 20_000;
/** The beginning of what stands in a document, but not for reading. */
const SILENT = /<!--|<(script|style|head|template|noscript)\b/giu;
/** Tags that begin or end a line when a document is read as text. */
const LINE = /<\/?(br|p|div|tr|li|h[1-6]|table|ul|ol|section|hr|pre|body)\b[^<>]*>/giu;
const CELL = /<\/t[dh]\s*>/giu;
const TAG = /<[/!?a-z][^<>]*>/giu;

const MARKUP = /html|xml/iu;
const TEXT = /html|xml|text|json|csv/iu;

/** The text of a document; null when it is no text, or too long to be shown. */
export function documentText(bytes: ArrayBuffer, mediaType: string): string | null {
  const raw = TEXT.test(mediaType) ? decoded(bytes) : null;
  if (raw === null || raw.includes('\0')) return null;
  const text =
    MARKUP.test(mediaType) && /<html|<body|<p|<div|<table|<br/iu.test(raw) ? textOfHtml(raw) : raw;
  const tidy = text
    .replaceAll(/[ \t\u00a0]+\n/gu, '\n')
    .replaceAll(/\n{3,}/gu, '\n\n')
    .trim();
  return tidy === '' || tidy.length > TEXT_CHARS_MAX ? null : tidy;
}

/** The suffix under which a file is saved, so that the device knows what to open it with. */
export function suffixOf(mediaType: string): string {
  const [, suffix] =
    /(html|xml|pdf|png|jpeg|json|csv|text)/iu.exec(mediaType) ?? ([] as readonly string[]);
  if (suffix === undefined) return '';
  return suffix.toLowerCase() === 'text' ? '.txt' : `.${suffix.toLowerCase()}`;
}

function decoded(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // Tills in the field write Latin-1 where they write no UTF-8.
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/**
 * Takes the tags away by their text alone: a parser would look at the attributes too. What then is
 * parsed, for its entities, holds no tag any more.
 */
function textOfHtml(raw: string): string {
  const bare = withoutSilent(raw)
    .replaceAll(/\s+/gu, ' ')
    .replaceAll(LINE, '\n')
    .replaceAll(CELL, '  ')
    .replaceAll(TAG, '')
    .replaceAll('<', '&lt;');
  const { body } = new DOMParser().parseFromString(`<pre>\n${bare}</pre>`, 'text/html');
  // Tags end and begin lines alike; blank lines would stand between all of them.
  return (body.textContent ?? '').replaceAll(/\s*\n\s*/gu, '\n');
}

/** In one pass, however often something begins in a hostile document and never ends. */
function withoutSilent(raw: string): string {
  const lower = raw.toLowerCase();
  const kept: string[] = [];
  let at = 0;
  for (const begin of raw.matchAll(SILENT)) {
    if (begin.index < at) continue;
    kept.push(raw.slice(at, begin.index));
    const [, name] = begin;
    const end = lower.indexOf(name === undefined ? '-->' : `</${name.toLowerCase()}`, begin.index);
    const close = end < 0 ? -1 : raw.indexOf('>', end);
    if (close < 0) return kept.join('');
    at = close + 1;
  }
  return kept.join('') + raw.slice(at);
}
