/**
 * The language in which the merchant SOAP API is declared, and the TypeScript types that follow
 * from a declaration.
 *
 * One declaration (`messages.ts`, `operations.ts`) is read by five: the XML reader, the XML writer,
 * the WSDL, the reference pages, and the compiler, through the mapped types below. Nothing about a
 * message is written down twice.
 */

import type { ResultCodeName } from './result-codes.ts';

/** The XML Schema types that occur, and what they are in TypeScript. */
export type Primitives = {
  string: string;
  /** 32 bits. */
  int: number;
  /** 64 bits as canonical integer text; a number would lose digits. */
  long: string;
  /** The decimal as it was written: amounts are parsed exactly, by `parseAmount`. */
  decimal: string;
  /** ISO 8601 text, with or without zone and fraction. */
  dateTime: string;
  base64Binary: Uint8Array;
};
export type PrimitiveName = keyof Primitives;

/** `minOccurs..maxOccurs` in the schema. */
export type Occurs = '0..1' | '1..1' | '0..*';

/** One element of a type. Elements stand in the order in which they are written. */
export type ElementDeclaration = {
  /** A primitive, the name of an enumeration or of a complex type, or an anonymous complex type. */
  readonly type: string | { readonly elements: ElementDeclarations };
  readonly occurs: Occurs;
  readonly docs: string;
  /** Documented length in characters. Longer text is cut where it is stored, never refused. */
  readonly lengthMax?: number;
  /** Whether the documents ask for it although the schema makes it optional. */
  readonly needed?: true;
  /** Reading: white space around it is dropped and an empty element equals an absent one. */
  readonly token?: true;
  /** Reading: the value taken when the element is missing, empty or not readable. */
  readonly otherwise?: string | number;
  /** Reading: a number below zero is not readable. */
  readonly notNegative?: true;
  /**
   * Reading: text that is no decimal is kept, so that the edge can answer with a code. Otherwise it
   * is dropped.
   */
  readonly verbatim?: true;
  /** Reading: a second one makes the request a fault, instead of the last one winning. */
  readonly once?: true;
  /** Reading: its children are also taken where it stands itself, without it around them. */
  readonly unwrapped?: true;
  /** Reading: `xsi:nil` counts as an empty element instead of an absent one. */
  readonly nilIsEmpty?: true;
  /** In the schema: the element may be nil. Never written as such. */
  readonly nillable?: true;
};
export type ElementDeclarations = { readonly [name: string]: ElementDeclaration };

/** A named complex type: its own elements follow those of the type that it extends. */
export type TypeDeclaration = {
  readonly docs: string;
  readonly extends?: string;
  readonly elements: ElementDeclarations;
  /**
   * Reading: a value of this type, or an element inside it, given twice is marked `repeated`
   * instead of overwritten.
   */
  readonly marksRepetition?: true;
};
export type TypeDeclarations = { readonly [name: string]: TypeDeclaration };

/**
 * A named enumeration: value to meaning. Reading hands on any text; writing refuses what is not
 * declared.
 */
export type EnumerationDeclarations = {
  readonly [name: string]: {
    readonly docs: string;
    readonly values: { readonly [value: string]: string };
  };
};

/** Who may call an operation (merchant-soap-api 2.1). */
export type PrincipalType = 'TERMINALID' | 'RESELLERUSER';

/** One operation: its request's elements, the type of `return`, and how it behaves. */
export type OperationDeclaration = {
  readonly docs: string;
  /** Who may call it; none means anybody, without credentials. */
  readonly principals: readonly PrincipalType[];
  readonly request: ElementDeclarations;
  readonly response: string;
  /** Result codes that it may answer besides those common to all operations. */
  readonly codes: readonly ResultCodeName[];
  /** False: part of the WSDL only; every caller who is known gets 91. */
  readonly offered?: false;
  /** What a client may do whose answer got lost. */
  readonly repetition: string;
};
export type OperationDeclarations = { readonly [name: string]: OperationDeclaration };

/** All that a SOAP service consists of. */
export type ServiceDeclaration = {
  readonly types: TypeDeclarations;
  readonly enumerations: EnumerationDeclarations;
  readonly operations: OperationDeclarations;
};

type Flat<T> = { [K in keyof T]: T[K] };

type Occurring<Types, E> = E extends { readonly type: infer T; readonly occurs: infer O }
  ? O extends '0..*'
    ? readonly ValueOf<Types, T>[]
    : ValueOf<Types, T>
  : never;

type Mandatory<E> = {
  [K in keyof E]: E[K] extends { readonly occurs: '1..1' } ? K : never;
}[keyof E];

/** The plain object that holds the given elements; absent ones are left out or undefined. */
export type FieldsOf<Types, E> = [keyof E] extends [never]
  ? { readonly [name: string]: never }
  : Flat<
      { readonly [K in Mandatory<E>]: Occurring<Types, E[K]> } & {
        readonly [K in Exclude<keyof E, Mandatory<E>>]?: Occurring<Types, E[K]> | undefined;
      }
    >;

type Inherited<Types, T> = T extends { readonly extends: infer B extends keyof Types }
  ? ObjectOf<Types, Types[B]>
  : unknown;

type Repetition<T> = T extends { readonly marksRepetition: true }
  ? { readonly repeated?: true | undefined }
  : unknown;

type ObjectOf<Types, T> = T extends { readonly elements: infer E }
  ? Flat<Inherited<Types, T> & FieldsOf<Types, E> & Repetition<T>>
  : never;

/** The TypeScript value of a declared type: by name, or anonymous. Enumerations are text. */
export type ValueOf<Types, T> = T extends PrimitiveName
  ? Primitives[T]
  : T extends keyof Types
    ? ObjectOf<Types, Types[T]>
    : T extends { readonly elements: infer E }
      ? FieldsOf<Types, E>
      : string;
