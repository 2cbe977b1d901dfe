import type { ObjectSchema } from '../json/schema-types.ts';
import { DELETED_AT, EXTRA, MERGED_INTO } from '../own-columns.ts';
import { loadSchema } from '../schema/load-schema.ts';
import type { StreamDescription } from '../singer/catalog.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';
import { costOf, sourceOf } from '../streams/requests.ts';
import type { CustomColumn } from './custom-columns.ts';

export interface DescribeOptions {
  /** Whether streams whose deletes can be seen get a column for them. */
  readonly emit_deletes?: boolean;
  /** Gives the columns of a stream's custom fields and smart fields. */
  readonly customColumns?: (stream: StreamDefinition) => readonly CustomColumn[];
}

/**
 * Adds columns before `_extra`, which is the last one. The schema's own description, which says what a row is, is left out
 * here and put into the note: no target needs it in a SCHEMA message.
 */
const extend = ({ type, properties: all }: ObjectSchema, more: ObjectSchema['properties']): ObjectSchema => {
  const { [EXTRA]: extra, ...properties } = all;
  return { type, properties: { ...properties, ...more, ...(extra ? { [EXTRA]: extra } : {}) } };
};

const deletedAt: ObjectSchema['properties'] = {
  [DELETED_AT]: {
    type: ['string', 'null'],
    format: 'date-time',
    description: 'When it was deleted in Close. Null while it exists.',
  },
};

const mergedInto: ObjectSchema['properties'] = {
  [MERGED_INTO]: {
    type: ['string', 'null'],
    description:
      'Lead that it was merged into. Null while it exists, and when it was deleted. References leads.id.',
  },
};

const noteOf = (
  rows: string | undefined,
  { requests, costsBesides, needs, note, readInFull }: StreamDefinition,
): string =>
  [
    ...(rows === undefined ? [] : [rows]),
    `Read from ${sourceOf(requests)}. Requests per run: ${costOf(requests, costsBesides)}.`,
    ...(needs === undefined ? [] : [`The key needs: ${needs}.`]),
    ...(note === undefined ? [] : [note]),
    ...(readInFull === undefined ? [] : [`Read in full: ${readInFull}.`]),
  ].join(' ');

/** The streams in the form that Singer's catalog needs. */
export const describeStreams = (
  definitions: readonly StreamDefinition[],
  options: DescribeOptions = {},
): StreamDescription[] =>
  definitions.map((definition) => {
    const { customFields, smartFields } = definition;
    const custom = customFields || smartFields ? (options.customColumns?.(definition) ?? []) : [];
    const own = loadSchema(definition.name);
    const schema = extend(own, {
      ...Object.fromEntries(custom.map((column) => [column.name, column.schema])),
      ...(options.emit_deletes && definition.objectType ? deletedAt : {}),
      ...(options.emit_deletes && definition.merges ? mergedInto : {}),
    });
    const costly = (definition.byName?.columns ?? []).map((name) => [name, { selectedByDefault: false }]);
    return {
      name: definition.name,
      keyProperties: definition.keyProperties,
      replication: definition.replication,
      schema,
      selectedByDefault: definition.selectedByDefault ?? true,
      fields: Object.fromEntries(costly),
      note: noteOf(own.description, definition),
    };
  });
