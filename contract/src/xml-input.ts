/**
 * XML from strangers: saxes under our own guard. Everything that is refused here ends as one {@link
 * XmlRefusal}.
 */

import { SaxesParser } from 'saxes';
import type { SaxesAttributeNS, SaxesOptions } from 'saxes';

/** Elements inside one another, the envelope included (merchant-soap-api 1.3). */
const XML_DEPTH_MAX = 32;
/** Attributes and namespace declarations of one element. */
const XML_ATTRIBUTES_MAX = 32;
/** Namespace declarations of a whole document; toolkits repeat theirs on every element. */
const XML_NAMESPACES_MAX = 1000;
const NAME_LENGTH_MAX = 256;
const MESSAGE_LENGTH_MAX = 160;

/**
 * Why a document is refused: a SOAP fault code and one plain sentence. Thrown inside this package
 * only.
 */
export class XmlRefusal extends Error {
  readonly code: 'Client' | 'Server' | 'VersionMismatch' | 'MustUnderstand';
  constructor(code: XmlRefusal['code'], message: string) {
    super(message.slice(0, MESSAGE_LENGTH_MAX));
    this.code = code;
  }
}

const refuse = (message: string): never => {
  throw new XmlRefusal('Client', message);
};

/** An attribute with its namespace; unprefixed attributes are in no namespace. */
export type XmlAttributes = Readonly<Record<string, SaxesAttributeNS>>;

/** Who receives the document, in order. Any method may throw an {@link XmlRefusal}. */
export type XmlSink = {
  open(local: string, uri: string, attributes: XmlAttributes): void;
  text(text: string): void;
  close(): void;
};

/**
 * The five entities of XML itself. Without a prototype, so that `&constructor;` is as unknown as
 * any other.
 */
const ENTITIES: Record<string, string> = Object.assign(Object.create(null), {
  amp: '&',
  gt: '>',
  lt: '<',
  quot: '"',
  apos: "'",
});

/**
 * What is refused the same way in every document stands on the prototype: saxes keeps handlers as
 * properties, and a seventh own one turns the parser into a slow dictionary (measured: five times
 * slower).
 */
class GuardedParser extends SaxesParser<SaxesOptions & { xmlns: true }> {}
GuardedParser.prototype.on('error', (error) => refuse(`not well-formed XML: ${error.message}`));
GuardedParser.prototype.on('doctype', () => refuse('a document type is not allowed'));
GuardedParser.prototype.on('processinginstruction', () =>
  refuse('a processing instruction is not allowed'),
);

/**
 * Reads one document into the sink. Throws an {@link XmlRefusal} for whatever is not well-formed
 * with namespaces, has a document type or a processing instruction, or exceeds a limit. Takes time
 * linear in the text.
 */
export const readXml = (text: string, sink: XmlSink): void => {
  const parser = new GuardedParser({
    xmlns: true,
    position: false,
    defaultXMLVersion: '1.0',
    forceXMLVersion: true,
  });
  parser.ENTITIES = ENTITIES;
  let depth = 0;
  let attributes = 0;
  let namespaces = 0;
  parser.on('attribute', (attribute) => {
    attributes += 1;
    if (attributes > XML_ATTRIBUTES_MAX) refuse('an element has too many attributes');
    if (attribute.name.length > NAME_LENGTH_MAX) refuse('an attribute name is too long');
    if (attribute.prefix === 'xmlns' || attribute.name === 'xmlns') {
      namespaces += 1;
      if (namespaces > XML_NAMESPACES_MAX) refuse('there are too many namespace declarations');
    }
  });
  parser.on('opentag', (tag) => {
    attributes = 0;
    depth += 1;
    if (depth > XML_DEPTH_MAX) refuse('elements are nested too deeply');
    if (tag.name.length > NAME_LENGTH_MAX) refuse('an element name is too long');
    sink.open(tag.local, tag.uri, tag.attributes);
  });
  parser.on('closetag', () => {
    depth -= 1;
    sink.close();
  });
  parser.on('text', (chunk) => sink.text(chunk));
  parser.on('cdata', (chunk) => sink.text(chunk));
  parser.write(text).close();
};
