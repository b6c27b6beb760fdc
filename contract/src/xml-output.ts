/**
 * Values to XML, in exact schema order, names and content; absent fields are left out
 * (merchant-soap-api 1.3).
 */

import { writePrimitive } from './lexical.ts';
import type { FieldPlan, TypePlan } from './plan.ts';

/** What XML 1.0 cannot carry: control characters, U+FFFE and U+FFFF, and lone surrogates. */
// oxlint-disable-next-line no-control-regex -- they are what is removed
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;
const SPECIAL = /[&<>\r]/g;
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\r': '&#13;',
  '"': '&quot;',
};

/** The text without the characters that XML 1.0 does not allow. */
export const removeForbidden = (text: string): string => text.replace(FORBIDDEN, '');

/** Text as element content: forbidden characters removed, special ones escaped. */
export const escapeText = (text: string): string =>
  removeForbidden(text).replace(SPECIAL, (character) => ESCAPES[character] ?? character);

/** Text as the content of an attribute in double quotes. */
export const escapeAttribute = (text: string): string =>
  escapeText(text).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;');

const writeValue = (field: FieldPlan, value: unknown): string => {
  if (field.type) {
    if (typeof value !== 'object' || value === null)
      throw new TypeError(`no object: ${field.name}`);
    return writeFields(field.type, value as Readonly<Record<string, unknown>>);
  }
  const text = writePrimitive(field.primitive, value);
  if (field.values && !field.values.has(text)) {
    throw new TypeError(`undeclared value of ${field.name}: ${JSON.stringify(text)}`);
  }
  return field.primitive === 'string' ? escapeText(text) : text;
};

/**
 * The elements of a value. Throws for a missing mandatory element, a value of another type and an
 * undeclared value of an enumeration: what goes out is ours, so these are bugs.
 */
export const writeFields = (plan: TypePlan, value: Readonly<Record<string, unknown>>): string => {
  let out = '';
  for (const field of plan.fields) {
    const content = value[field.name];
    if (content === undefined) {
      if (field.required) throw new TypeError(`${plan.name} lacks ${field.name}`);
      continue;
    }
    const items: readonly unknown[] = field.many ? (content as readonly unknown[]) : [content];
    for (const item of items) out += `<${field.name}>${writeValue(field, item)}</${field.name}>`;
  }
  return out;
};
