import { loadSchema } from '../../src/schema/load-schema.ts';
import type { StreamDefinition } from '../../src/streams/define-stream.ts';
import { type Field, fieldsOf, isNamed } from './fields.ts';

/** A stream as its reader sees it. */
export interface Table {
  readonly name: string;
  /** What one row is. */
  readonly rows: string;
  readonly keys: readonly string[];
  readonly replication: StreamDefinition['replication'];
  readonly isDefault: boolean;
  readonly fields: readonly Field[];
}

export const tableOf = ({ name, keyProperties, replication, selectedByDefault }: StreamDefinition): Table => {
  const { description = '', properties } = loadSchema(name);
  return {
    name,
    rows: description,
    keys: keyProperties,
    replication,
    isDefault: selectedByDefault ?? true,
    fields: fieldsOf(properties).filter(isNamed),
  };
};
