/**
 * Envelopes to values: tolerant where real clients differ, strict where safety asks for it
 * (merchant-soap-api 1.3, 9.4).
 */

import { decodeBody } from './encoding.ts';
import { readPrimitive, trimXml } from './lexical.ts';
import type { FieldPlan, TypePlan } from './plan.ts';
import { readXml, XmlRefusal } from './xml-input.ts';
import type { XmlAttributes, XmlSink } from './xml-input.ts';

/** The namespace of SOAP 1.1 envelopes, the only version. */
export const ENVELOPE_NAMESPACE = 'http://schemas.xmlsoap.org/soap/envelope/';
/** The namespace of the merchant SOAP API; the slash is part of it. */
export const TARGET_NAMESPACE = 'http://external.interfaces.ers.seamless.com/';
const INSTANCE_NAMESPACE = 'http://www.w3.org/2001/XMLSchema-instance';

type Values = Record<string, unknown>;

/** A value of a complex type while it is being read; slots by the position of the field. */
type TypeFrame = {
  readonly kind: 'TYPE';
  readonly parent: TypeFrame | null;
  readonly field: FieldPlan | null;
  readonly plan: TypePlan;
  readonly slots: unknown[];
  readonly seen: boolean[];
  /** Values of fields whose children stand here directly; finished together with this one. */
  readonly unwrapped: TypeFrame[];
  repeated: boolean;
};
type TextFrame = {
  readonly kind: 'TEXT';
  readonly parent: TypeFrame;
  readonly field: FieldPlan;
  text: string;
};
type Frame = { readonly kind: 'ENVELOPE' | 'HEADER' | 'BODY' } | TypeFrame | TextFrame;

/**
 * What an envelope holds: the element in `Body`, its value, and how many elements were ignored as
 * unknown.
 */
export type EnvelopeContent = {
  readonly wrapper: string;
  readonly value: Values;
  readonly unknownElements: number;
};

/** Decides by namespace and name how the element in `Body` is read; null: it is not known. */
export type WrapperLookup = (local: string, uri: string) => TypePlan | null;

const isTrue = (text: string): boolean => /^\s*(?:1|true)\s*$/.test(text);

const hasTrue = (attributes: XmlAttributes, uri: string, local: string): boolean => {
  for (const key in attributes) {
    const attribute = attributes[key];
    if (attribute?.uri === uri && attribute.local === local) return isTrue(attribute.value);
  }
  return false;
};

const typeFrame = (
  parent: TypeFrame | null,
  field: FieldPlan | null,
  plan: TypePlan,
): TypeFrame => ({
  kind: 'TYPE',
  parent,
  field,
  plan,
  slots: [],
  seen: [],
  unwrapped: [],
  repeated: false,
});

const textValue = (field: FieldPlan, raw: string): unknown => {
  const { declaration } = field;
  const trimmed = declaration.token ? trimXml(raw) : raw;
  if (trimmed === '' && declaration.token) return undefined;
  if (declaration.verbatim) return trimmed;
  const value = readPrimitive(field.primitive, trimmed);
  const negative = declaration.notNegative && value !== undefined && Number(value) < 0;
  return negative ? undefined : value;
};

const valueOf = (frame: TypeFrame): Values => {
  const value: Values = {};
  for (const field of frame.plan.fields) {
    const content = frame.slots[field.index];
    if (content !== undefined) {
      value[field.name] = content;
    } else if (field.declaration.otherwise !== undefined) {
      value[field.name] = field.declaration.otherwise;
    } else if (field.required) {
      throw new XmlRefusal('Client', `${frame.plan.name} lacks ${field.name}`);
    }
  }
  if (frame.repeated) value['repeated'] = true;
  return value;
};

const put = (parent: TypeFrame, field: FieldPlan, value: unknown): void => {
  const again = parent.seen[field.index] === true;
  parent.seen[field.index] = true;
  if (field.many) {
    if (value === undefined) return;
    const items = parent.slots[field.index] as unknown[] | undefined;
    if (items) items.push(value);
    else parent.slots[field.index] = [value];
    return;
  }
  const marked = again && field.type?.marksRepetition;
  parent.slots[field.index] = marked ? { ...(value as object), repeated: true } : value;
  if (again && parent.plan.marksRepetition) parent.repeated = true;
};

/**
 * Where an element belongs: to the open value itself, or to a field of it that was left out around
 * its children.
 */
const placeOf = (
  frame: TypeFrame,
  local: string,
): { readonly frame: TypeFrame; readonly field: FieldPlan } | null => {
  const field = frame.plan.byName.get(local);
  if (field) return { frame, field };
  for (const outer of frame.plan.unwrapped) {
    if (!outer.type) continue;
    const open = frame.unwrapped.find((inner) => inner.field === outer);
    const inner = open ?? typeFrame(frame, outer, outer.type);
    const place = placeOf(inner, local);
    if (!place) continue;
    if (!open) frame.unwrapped.push(inner);
    return place;
  }
  return null;
};

class EnvelopeReader implements XmlSink {
  readonly #lookup: WrapperLookup;
  readonly #stack: Frame[] = [];
  #skipped = 0;
  #unknownElements = 0;
  #bodies = 0;
  #content: { readonly wrapper: string; readonly value: Values } | null = null;

  constructor(lookup: WrapperLookup) {
    this.#lookup = lookup;
  }

  content(): EnvelopeContent {
    if (this.#bodies === 0) throw new XmlRefusal('Client', 'the envelope has no Body');
    if (!this.#content) throw new XmlRefusal('Client', 'the Body is empty');
    return { ...this.#content, unknownElements: this.#unknownElements };
  }

  open(local: string, uri: string, attributes: XmlAttributes): void {
    if (this.#skipped > 0) {
      this.#skipped += 1;
      return;
    }
    const top = this.#stack.at(-1);
    if (top === undefined) {
      this.#openEnvelope(local, uri);
    } else if (top.kind === 'ENVELOPE') {
      this.#openPart(local, uri);
    } else if (top.kind === 'HEADER') {
      if (hasTrue(attributes, ENVELOPE_NAMESPACE, 'mustUnderstand')) {
        throw new XmlRefusal('MustUnderstand', `the header ${local} is not understood`);
      }
      this.#skipped = 1;
    } else if (top.kind === 'BODY') {
      this.#openWrapper(local, uri);
    } else if (top.kind === 'TYPE') {
      this.#openField(top, local, uri, attributes);
    } else {
      this.#unknownElements += 1;
      this.#skipped = 1;
    }
  }

  text(text: string): void {
    const top = this.#stack.at(-1);
    if (this.#skipped === 0 && top?.kind === 'TEXT') top.text += text;
  }

  close(): void {
    if (this.#skipped > 0) {
      this.#skipped -= 1;
      return;
    }
    const frame = this.#stack.pop();
    if (frame?.kind === 'TEXT') put(frame.parent, frame.field, textValue(frame.field, frame.text));
    else if (frame?.kind === 'TYPE') this.#finish(frame);
  }

  #finish(frame: TypeFrame): void {
    for (const inner of frame.unwrapped) this.#finish(inner);
    const value = valueOf(frame);
    if (frame.parent && frame.field) put(frame.parent, frame.field, value);
    else this.#content = { wrapper: frame.plan.name, value };
  }

  #openEnvelope(local: string, uri: string): void {
    if (local !== 'Envelope') throw new XmlRefusal('Client', 'the document is no SOAP envelope');
    if (uri !== ENVELOPE_NAMESPACE) {
      throw new XmlRefusal('VersionMismatch', 'only SOAP 1.1 is spoken here');
    }
    this.#stack.push({ kind: 'ENVELOPE' });
  }

  #openPart(local: string, uri: string): void {
    if (uri === ENVELOPE_NAMESPACE && local === 'Header') {
      this.#stack.push({ kind: 'HEADER' });
    } else if (uri === ENVELOPE_NAMESPACE && local === 'Body') {
      this.#bodies += 1;
      if (this.#bodies > 1) throw new XmlRefusal('Client', 'the envelope has two bodies');
      this.#stack.push({ kind: 'BODY' });
    } else {
      this.#unknownElements += 1;
      this.#skipped = 1;
    }
  }

  #openWrapper(local: string, uri: string): void {
    if (this.#content) throw new XmlRefusal('Client', 'the Body holds more than one element');
    const plan = this.#lookup(local, uri);
    if (!plan) throw new XmlRefusal('Client', `unknown operation {${uri}}${local}`);
    this.#stack.push(typeFrame(null, null, plan));
  }

  #openField(parent: TypeFrame, local: string, uri: string, attributes: XmlAttributes): void {
    const place = uri === '' || uri === TARGET_NAMESPACE ? placeOf(parent, local) : null;
    if (!place) {
      this.#unknownElements += 1;
      this.#skipped = 1;
      return;
    }
    const { frame, field } = place;
    if (frame.seen[field.index] && field.declaration.once) {
      throw new XmlRefusal('Client', `${local} is given twice`);
    }
    if (hasTrue(attributes, INSTANCE_NAMESPACE, 'nil')) {
      put(frame, field, field.declaration.nilIsEmpty ? {} : undefined);
      this.#skipped = 1;
    } else if (field.type) {
      this.#stack.push(typeFrame(frame, field, field.type));
    } else {
      this.#stack.push({ kind: 'TEXT', parent: frame, field, text: '' });
    }
  }
}

/** Reads one envelope. Throws an {@link XmlRefusal} when it is refused, and nothing else. */
export const readEnvelope = (
  body: Uint8Array,
  contentType: string | undefined,
  bytesMax: number,
  lookup: WrapperLookup,
): EnvelopeContent => {
  if (body.byteLength > bytesMax) throw new XmlRefusal('Client', 'the message is too large');
  if (/^\s*multipart\//i.test(contentType ?? '')) {
    throw new XmlRefusal('Client', 'attachments are not supported');
  }
  const decoded = decodeBody(body, contentType);
  if ('problem' in decoded) throw new XmlRefusal('Client', decoded.problem);
  const reader = new EnvelopeReader(lookup);
  readXml(decoded.text, reader);
  return reader.content();
};
