/** The part of JSON Schema that every Singer target understands; nothing else is ever emitted. */
export type JsonType = 'string' | 'integer' | 'number' | 'boolean' | 'object' | 'array';

/** One real type, first; then `"null"`, unless the field is a key. */
export interface FieldSchema {
  readonly type: readonly [JsonType] | readonly [JsonType, 'null'];
  readonly format?: 'date-time' | 'date';
  /** What people call it, where that is not the column's name. */
  readonly title?: string;
  readonly description?: string;
  /** Of objects: always present, never empty. */
  readonly properties?: Readonly<Record<string, FieldSchema>>;
  /** Of arrays: always present. */
  readonly items?: FieldSchema;
}

/** The schema of a stream. */
export interface ObjectSchema {
  readonly type: 'object';
  /** What one row is. */
  readonly description?: string;
  readonly properties: Readonly<Record<string, FieldSchema>>;
}
