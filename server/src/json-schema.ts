/** What the schemas of every JSON API here are made of (JSON Schema 2020-12, as in OpenAPI 3.1). */

/** A JSON Schema. */
export type Schema = { readonly [keyword: string]: unknown };

/**
 * The schema of an object type: every member described, and exactly the members that are always
 * there required.
 */
export type ObjectSchema<T> = {
  readonly type: 'object';
  readonly description?: string;
  readonly properties: { readonly [K in keyof Required<T>]: Schema };
  readonly required: readonly RequiredKey<T>[];
};
type RequiredKey<T> = {
  [K in keyof T]-?: Partial<Pick<T, K>> extends Pick<T, K> ? never : K;
}[keyof T];

/** The same schema, but the value may also be null. */
export const nullable = <S extends { readonly type: string }>(schema: S) => ({
  ...schema,
  type: [schema.type, 'null'] as const,
});

/** Any text. */
export const TEXT = { type: 'string' } as const;
/** A moment. */
export const TIME = { type: 'string', description: 'ISO 8601, UTC' } as const;
