/** The WSDL of the merchant SOAP API, out of its declaration (merchant-soap-api 1.2 and 8). */

import { MERCHANT_SERVICE } from './operations.ts';
import { isPrimitive } from './plan.ts';
import type { ElementDeclarations, ServiceDeclaration } from './schema.ts';
import { TARGET_NAMESPACE } from './soap-reader.ts';
import { escapeAttribute, escapeText } from './xml-output.ts';

/** The address in the committed `merchant.wsdl`: the platform as `npm start` runs it. */
export const WSDL_DEFAULT_ADDRESS = 'http://127.0.0.1:8080/soap/merchant/cashregister-2';
/** The same of the service for getClientSessionInfo. */
export const SESSION_WSDL_DEFAULT_ADDRESS = 'http://127.0.0.1:8080/soap/merchant/clientsessioninfo';

/** The name of the portType; those of service, port and binding follow from it as JAX-WS has it. */
const MERCHANT_NAME = 'ERSWSExternalClientService';
/** The same of the service for getClientSessionInfo. */
const SESSION_NAME = 'ERSWSClientSessionInfoService';
const STEP = '  ';

/** An XML element as lines: its start tag's text, and its content. */
interface XmlNode extends ReadonlyArray<XmlNode | string> {
  readonly 0: string;
}

const lines = (node: XmlNode, indent: string): string => {
  const [tag, ...content] = node;
  const name = tag.split(' ', 1)[0] ?? '';
  if (content.length === 0) return `${indent}<${tag}/>\n`;
  const [only] = content;
  if (content.length === 1 && typeof only === 'string') {
    return `${indent}<${tag}>${escapeText(only)}</${name}>\n`;
  }
  const inner = content.map((child) =>
    typeof child === 'string'
      ? `${indent}${STEP}${escapeText(child)}\n`
      : lines(child, indent + STEP),
  );
  return `${indent}<${tag}>\n${inner.join('')}${indent}</${name}>\n`;
};

const documented = (docs: string): XmlNode => ['xs:annotation', ['xs:documentation', docs]];

const OCCURS = {
  '0..1': ' minOccurs="0"',
  '1..1': '',
  '0..*': ' minOccurs="0" maxOccurs="unbounded"',
} as const;

const sequence = (elements: ElementDeclarations): XmlNode => [
  'xs:sequence',
  ...Object.entries(elements).map(([name, { type, occurs, docs, nillable }]): XmlNode => {
    const start = `xs:element name="${name}"`;
    if (typeof type !== 'string') {
      return [
        `${start}${OCCURS[occurs]}`,
        documented(docs),
        ['xs:complexType', sequence(type.elements)],
      ];
    }
    const prefix = isPrimitive(type) ? 'xs' : 'tns';
    const nil = nillable ? ' nillable="true"' : '';
    return [`${start} type="${prefix}:${type}"${OCCURS[occurs]}${nil}`, documented(docs)];
  }),
];

const complexType = (name: string, content: XmlNode): XmlNode => [
  `xs:complexType name="${name}"`,
  content,
];

const wrappers = (service: ServiceDeclaration): XmlNode[] =>
  Object.entries(service.operations).flatMap(([name, operation]): XmlNode[] => [
    [`xs:element name="${name}" type="tns:${name}"`],
    [`xs:element name="${name}Response" type="tns:${name}Response"`],
    complexType(name, sequence(operation.request)),
    complexType(`${name}Response`, [
      'xs:sequence',
      [`xs:element name="return" type="tns:${operation.response}" minOccurs="0"`],
    ]),
  ]);

const namedTypes = (service: ServiceDeclaration): XmlNode[] =>
  Object.entries(service.types).map(([name, declaration]): XmlNode => {
    const own = sequence(declaration.elements);
    const content: XmlNode = declaration.extends
      ? ['xs:complexContent', [`xs:extension base="tns:${declaration.extends}"`, own]]
      : own;
    return [`xs:complexType name="${name}"`, documented(declaration.docs), content];
  });

const enumerations = (service: ServiceDeclaration): XmlNode[] =>
  Object.entries(service.enumerations).map(([name, { docs, values }]): XmlNode => [
    `xs:simpleType name="${name}"`,
    documented(docs),
    [
      'xs:restriction base="xs:string"',
      ...Object.entries(values).map(([value, meaning]): XmlNode => [
        `xs:enumeration value="${value}"`,
        documented(meaning),
      ]),
    ],
  ]);

const messages = (service: ServiceDeclaration): XmlNode[] =>
  Object.keys(service.operations)
    .flatMap((name) => [name, `${name}Response`])
    .map((name): XmlNode => [
      `wsdl:message name="${name}"`,
      [`wsdl:part name="parameters" element="tns:${name}"`],
    ]);

const portType = (service: ServiceDeclaration, name: string): XmlNode => [
  `wsdl:portType name="${name}"`,
  ...Object.entries(service.operations).map(([name, { docs }]): XmlNode => [
    `wsdl:operation name="${name}"`,
    ['wsdl:documentation', docs],
    [`wsdl:input name="${name}" message="tns:${name}"`],
    [`wsdl:output name="${name}Response" message="tns:${name}Response"`],
  ]),
];

const binding = (service: ServiceDeclaration, name: string): XmlNode => [
  `wsdl:binding name="${name}ServiceSoapBinding" type="tns:${name}"`,
  ['soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"'],
  ...Object.keys(service.operations).map((name): XmlNode => [
    `wsdl:operation name="${name}"`,
    ['soap:operation soapAction="" style="document"'],
    [`wsdl:input name="${name}"`, ['soap:body use="literal"']],
    [`wsdl:output name="${name}Response"`, ['soap:body use="literal"']],
  ]),
];

const schema = (service: ServiceDeclaration): XmlNode => [
  'xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"' +
    ` xmlns:tns="${TARGET_NAMESPACE}" elementFormDefault="unqualified"` +
    ` targetNamespace="${TARGET_NAMESPACE}"`,
  ...wrappers(service),
  ...namedTypes(service),
  ...enumerations(service),
];

const PROLOGUE = '<?xml version="1.0" encoding="UTF-8"?>\n';

/**
 * The WSDL of a service at an address: one inline schema, no imports, SOAP 1.1, document/literal
 * wrapped.
 */
const describeService = (service: ServiceDeclaration, name: string, address: string): string => {
  const root: XmlNode = [
    `wsdl:definitions name="${name}Service" targetNamespace="${TARGET_NAMESPACE}"` +
      ` xmlns:tns="${TARGET_NAMESPACE}" xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/"` +
      ' xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"',
    ['wsdl:types', schema(service)],
    ...messages(service),
    portType(service, name),
    binding(service, name),
    [
      `wsdl:service name="${name}Service"`,
      [
        `wsdl:port name="${name}Port" binding="tns:${name}ServiceSoapBinding"`,
        [`soap:address location="${escapeAttribute(address)}"`],
      ],
    ],
  ];
  return PROLOGUE + lines(root, '');
};

/** The WSDL of the merchant SOAP API with the given address of the endpoint. */
export const wsdl = (address: string): string =>
  describeService(MERCHANT_SERVICE, MERCHANT_NAME, address);

/** The schema of the merchant SOAP API as a document of its own, the same as inside the WSDL. */
export const xsd = (): string => PROLOGUE + lines(schema(MERCHANT_SERVICE), '');

/** The types and enumerations that the operations of a service need, in their order. */
const needed = (service: ServiceDeclaration): ServiceDeclaration => {
  const names = new Set<string>();
  const visit = (elements: ElementDeclarations): void => {
    for (const { type } of Object.values(elements)) {
      if (typeof type === 'string') add(type);
      else visit(type.elements);
    }
  };
  const add = (name: string): void => {
    if (names.has(name)) return;
    names.add(name);
    const type = service.types[name];
    if (type?.extends) add(type.extends);
    if (type) visit(type.elements);
  };
  for (const { request, response } of Object.values(service.operations)) {
    visit(request);
    add(response);
  }
  const kept = <T>(all: Readonly<Record<string, T>>): Readonly<Record<string, T>> =>
    Object.fromEntries(Object.entries(all).filter(([name]) => names.has(name)));
  return { ...service, types: kept(service.types), enumerations: kept(service.enumerations) };
};

/**
 * The WSDL of the service that answers getClientSessionInfo alone, under the names that clients
 * generated for it refer to (merchant-soap-api 4.13).
 */
export const clientSessionInfoWsdl = (address: string): string => {
  const { getClientSessionInfo } = MERCHANT_SERVICE.operations;
  return describeService(
    needed({ ...MERCHANT_SERVICE, operations: { getClientSessionInfo } }),
    SESSION_NAME,
    address,
  );
};
