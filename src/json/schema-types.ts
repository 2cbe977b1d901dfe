/** The types of JSON Schema that every Singer target understands. The tap emits no others. */
export type JsonType = 'string' | 'integer' | 'number' | 'boolean' | 'object' | 'array';

/** The schema of a field. Its type comes first, then `"null"`, unless the field is a key. */
export interface FieldSchema {
  readonly type: readonly [JsonType] | readonly [JsonType, 'null'];
  readonly format?: 'date-time' | 'date';
  /** The name that people use, if it is not the column's name. */
  readonly title?: string;
  readonly description?: string;
  /** For objects: always present, never empty. */
  readonly properties?: Readonly<Record<string, FieldSchema>>;
  /** For lists: always present. */
  readonly items?: FieldSchema;
}

/** A field of a simple type that may be null. */
export const nullable = (type: JsonType, format?: FieldSchema['format']): FieldSchema => ({
  type: [type, 'null'],
  ...(format === undefined ? {} : { format }),
});

/** The schema of a stream. */
export interface ObjectSchema {
  readonly type: 'object';
  /** What one row is. */
  readonly description?: string;
  readonly properties: Readonly<Record<string, FieldSchema>>;
}
