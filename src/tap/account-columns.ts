import { CUSTOM_COLUMNS } from '../close/custom-fields.ts';
import type { Definitions } from '../close/definitions.ts';
import type { Row } from '../close/row.ts';
import type { Api } from '../close/walk.ts';
import { messageOf, RefusedError } from '../errors.ts';
import type { SelectPattern } from '../singer/select-patterns.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';
import type { Log } from '../terminal/log.ts';
import { type CustomColumn, columnOf } from './custom-columns.ts';
import { CUSTOM_FIELD_TYPES } from './custom-field-types.ts';
import { mostCharacters } from './describe-custom-field.ts';
import { type KnownTypes, keepType } from './known-columns.ts';
import { findSmartColumns, isSmartColumn } from './smart-columns.ts';

/** The columns that differ from account to account, by stream: custom fields and smart fields. */
export type AccountColumns = ReadonlyMap<string, readonly CustomColumn[]>;

/** Whether a pattern may name a custom field. Of a pattern with `*`, only the part before the first one is compared. */
const mayNameCustomColumns = ({ fieldText }: SelectPattern): boolean => {
  const [head = ''] = (fieldText ?? '').split('*');
  return CUSTOM_COLUMNS.some((start) => start.startsWith(head) || head.startsWith(start));
};

/** Whether a pattern may name a custom field or smart field of a stream. Which of them exist, only the account knows. */
export const mayNameAccountColumns = (pattern: SelectPattern, definition: StreamDefinition): boolean => {
  const { fieldText, stream } = pattern;
  if (!stream.test(definition.name)) return false;
  if (definition.customFields && mayNameCustomColumns(pattern)) return true;
  if (!definition.smartFields) return false;
  return fieldText === null || fieldText.includes('*') || isSmartColumn(fieldText, definition);
};

/** The streams whose own columns must be read from the account, because one of these patterns may name them. */
export const streamsToAsk = (
  definitions: readonly StreamDefinition[],
  patterns: readonly SelectPattern[],
): StreamDefinition[] =>
  definitions.filter((definition) =>
    patterns.some((pattern) => !pattern.excludes && mayNameAccountColumns(pattern, definition)),
  );

interface Account {
  readonly api: Api;
  readonly definitions: Definitions;
  /** The types of columns that a table already has; such columns keep their type. */
  readonly types: KnownTypes;
  readonly log: Log;
}

/** Asks Close for the custom fields and smart fields of these streams, as columns. */
export const readAccountColumns = async (
  asked: readonly StreamDefinition[],
  { api, definitions, types, log }: Account,
): Promise<AccountColumns> => {
  const columns = asked.map(async (stream) => {
    const warn = (message: string): void => log.warning(message, stream.name);
    const smart = await findSmartColumns(stream, api, warn);
    const found = [...(await customColumns(stream, definitions, warn)), ...smart];
    return [stream.name, found.map((column) => keepType(column, stream, types))] as const;
  });
  return new Map(await Promise.all(columns));
};

const customColumns = async (
  stream: StreamDefinition,
  definitions: Definitions,
  warn: (message: string) => void,
): Promise<CustomColumn[]> => {
  const fields: Row[] = [];
  for (const kind of stream.customFields ?? []) {
    try {
      fields.push(...(await definitions.of(kind)).rows);
    } catch (error) {
      // A key that may not see them can still read everything else. A temporary fault must not cost a column.
      if (!(error instanceof RefusedError)) throw error;
      warn(`custom fields have no columns of their own: ${messageOf(error)}`);
    }
  }
  const columns = new Map<string, CustomColumn>();
  for (const definition of fields) {
    const column = columnOf(definition, mostCharacters(fields.length));
    if (column) columns.set(column.name, column);
    else warn(`the custom field ${definition.id} cannot become a column`);
    if (!CUSTOM_FIELD_TYPES.has(definition.type)) {
      warn(`the custom field ${definition.id} has an unknown type, ${definition.type}; its column is text`);
    }
  }
  return [...columns.values()];
};
