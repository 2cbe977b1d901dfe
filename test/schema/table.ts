import { loadSchema } from '../../src/schema/load-schema.ts';
import type { StreamDefinition } from '../../src/streams/define-stream.ts';
import { costOf, sourceOf } from '../../src/streams/requests.ts';
import { type Field, fieldsOf, isNamed } from './fields.ts';

/** A stream as a user of its table sees it. */
export interface Table {
  readonly name: string;
  /** What a row is. */
  readonly rows: string;
  readonly keys: readonly string[];
  readonly replication: StreamDefinition['replication'];
  readonly isDefault: boolean;
  /** Where its rows come from, how many requests that needs, and what the key must be allowed to do. */
  readonly source: string;
  readonly cost: string;
  readonly needs: string;
  readonly fields: readonly Field[];
}

export const tableOf = (stream: StreamDefinition): Table => {
  const { name, keyProperties, replication, selectedByDefault, requests, costsBesides, needs = '' } = stream;
  const { description = '', properties } = loadSchema(name);
  return {
    name,
    rows: description,
    keys: keyProperties,
    replication,
    isDefault: selectedByDefault ?? true,
    source: sourceOf(requests),
    cost: costOf(requests, costsBesides),
    needs,
    fields: fieldsOf(properties).filter(isNamed),
  };
};
