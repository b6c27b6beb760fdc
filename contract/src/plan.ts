/**
 * Declarations resolved once, at start, into what reader and writer walk: fields by position and by
 * name.
 */

import type {
  ElementDeclaration,
  ElementDeclarations,
  PrimitiveName,
  ServiceDeclaration,
} from './schema.ts';

/** One element, resolved. `type` is null for primitives and enumerations. */
export type FieldPlan = {
  readonly name: string;
  readonly index: number;
  readonly many: boolean;
  readonly required: boolean;
  readonly primitive: PrimitiveName;
  readonly type: TypePlan | null;
  /** The values that may be written, for an enumeration. */
  readonly values: ReadonlySet<string> | null;
  readonly declaration: ElementDeclaration;
};

/** A complex type, resolved; inherited elements come first. */
export type TypePlan = {
  readonly name: string;
  readonly fields: readonly FieldPlan[];
  readonly byName: ReadonlyMap<string, FieldPlan>;
  /** The fields whose own children may stand in their place. */
  readonly unwrapped: readonly FieldPlan[];
  readonly marksRepetition: boolean;
};

/** One operation: its two wrappers. The response wrapper has the single element `return`. */
export type OperationPlan = {
  readonly name: string;
  readonly request: TypePlan;
  readonly response: TypePlan;
};

/** A service, resolved. */
export type ServicePlan = {
  readonly operations: ReadonlyMap<string, OperationPlan>;
};

const PRIMITIVES: ReadonlySet<string> = new Set<PrimitiveName>([
  'string',
  'int',
  'long',
  'decimal',
  'dateTime',
  'base64Binary',
]);

/** Whether a type's name is that of a primitive. */
export const isPrimitive = (name: string): name is PrimitiveName => PRIMITIVES.has(name);

/** The elements of a named type with those that it inherits, in the order of the wire. */
export const elementsOf = (service: ServiceDeclaration, name: string): ElementDeclarations => {
  const declaration = service.types[name];
  if (!declaration) throw new Error(`undeclared type: ${name}`);
  const inherited = declaration.extends ? elementsOf(service, declaration.extends) : {};
  return { ...inherited, ...declaration.elements };
};

type Resolve = (name: string) => Pick<FieldPlan, 'primitive' | 'type' | 'values'>;

const PLAIN = { primitive: 'string', type: null, values: null } as const;

const primitivesOnly: Resolve = (name) => {
  if (!isPrimitive(name)) throw new Error(`undeclared type: ${name}`);
  return { ...PLAIN, primitive: name };
};

/**
 * Plans a complex type from its elements; `resolve` answers what the name of an element's type
 * means.
 */
export const planElements = (
  name: string,
  elements: ElementDeclarations,
  resolve: Resolve = primitivesOnly,
  marksRepetition = false,
): TypePlan => {
  const fields = Object.entries(elements).map(([field, declaration], index): FieldPlan => {
    const { type, occurs } = declaration;
    const resolved =
      typeof type === 'string'
        ? resolve(type)
        : { ...PLAIN, type: planElements(field, type.elements, resolve) };
    return {
      name: field,
      index,
      many: occurs === '0..*',
      required: occurs === '1..1',
      declaration,
      ...resolved,
    };
  });
  const byName = new Map(fields.map((field) => [field.name, field]));
  const unwrapped = fields.filter((field) => field.declaration.unwrapped);
  return { name, fields, byName, unwrapped, marksRepetition };
};

/** Resolves every name of a service. Throws for a name that is not declared. */
export const planService = (service: ServiceDeclaration): ServicePlan => {
  const types = new Map<string, TypePlan>();
  const typeOf = (name: string): TypePlan => {
    const known = types.get(name);
    if (known) return known;
    const marks = service.types[name]?.marksRepetition === true;
    const plan = planElements(name, elementsOf(service, name), resolve, marks);
    types.set(name, plan);
    return plan;
  };
  const resolve: Resolve = (name) => {
    if (isPrimitive(name)) return { ...PLAIN, primitive: name };
    const enumeration = service.enumerations[name];
    if (enumeration) return { ...PLAIN, values: new Set(Object.keys(enumeration.values)) };
    return { ...PLAIN, type: typeOf(name) };
  };
  const operations = Object.entries(service.operations).map(([name, operation]) => {
    const answer = { return: { type: operation.response, occurs: '0..1', docs: '' } } as const;
    const request = planElements(name, operation.request, resolve);
    const response = planElements(`${name}Response`, answer, resolve);
    return [name, { name, request, response }] as const;
  });
  return { operations: new Map(operations) };
};
