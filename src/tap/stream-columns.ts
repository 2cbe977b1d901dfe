import { customFieldOf, customFieldsIn } from '../close/custom-fields.ts';
import type { Row } from '../close/row.ts';
import { messageOf, RefusedError } from '../errors.ts';
import type { SelectedStream } from '../singer/selection.ts';
import { ALL_VALUES, customFieldValue } from '../streams/custom-field-values.ts';
import type { Columns, FieldNames, StreamDefinition } from '../streams/define-stream.ts';
import type { Run } from './run.ts';
import { watchDefinitions } from './watch-definitions.ts';

/** The definitions of a stream's custom fields. If the key may not read them, the values have no names. */
const fieldsOf = async (
  definition: StreamDefinition,
  run: Run,
): Promise<{
  readonly names: FieldNames;
  readonly byId: ReadonlyMap<string, Row>;
  readonly isComplete: boolean;
}> => {
  const fields = new Map<string, Row>();
  const kinds = definition.customFields ?? [];
  let isComplete = true;
  // All kinds are asked for at the same time. The loop below handles a failure.
  for (const kind of kinds) run.definitions.of(kind).catch(() => {});
  for (const kind of kinds) {
    try {
      for (const field of (await run.definitions.of(kind)).rows) fields.set(field.id, field);
    } catch (error) {
      // A temporary fault must not cost the names: the bookmark would move past rows that lack them.
      if (!(error instanceof RefusedError)) throw error;
      isComplete = false;
      run.log.warning(`custom fields are written without their names: ${messageOf(error)}`, definition.name);
    }
  }
  let warned = !isComplete;
  const names: FieldNames = {
    byId: new Map([...fields].flatMap(([id, { name }]) => (typeof name === 'string' ? [[id, name]] : []))),
    onUnknown: (field, row) => {
      if (warned || fields.has(field)) return;
      warned = true;
      run.log.warning(
        `${row.id}: the custom field ${field} has no definition, so its name is unknown`,
        definition.name,
      );
    },
  };
  return { names, byId: fields, isComplete };
};

/** The stream's own columns, and those of custom fields that discovery has added. */
export const columnsOf = async (
  selected: SelectedStream,
  definition: StreamDefinition,
  run: Run,
): Promise<Columns> => {
  const { names, byId, isComplete } = await fieldsOf(definition, run);
  const own = definition.columns?.(names) ?? {};
  if (!definition.customFields) return own;
  if (isComplete && run.enough === null) watchDefinitions(selected, byId, run);
  const custom = customFieldsIn(Object.keys(selected.schema.properties)).map(
    ([column, id]) => [column, customFieldValue(id, names)] as const,
  );
  const listsAll = Object.hasOwn(selected.schema.properties, ALL_VALUES);
  return {
    ...own,
    derive: { ...own.derive, ...Object.fromEntries(custom) },
    // A value that does not fit into its own column is in the list of all custom fields.
    keptElsewhere: (column) => listsAll && customFieldOf(column) !== null,
  };
};
