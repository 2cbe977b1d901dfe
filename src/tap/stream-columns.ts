import { describe, RefusedError } from '../errors.ts';
import type { SelectedStream } from '../singer/selection.ts';
import { customFieldOf, customFieldValue } from '../streams/custom-field-values.ts';
import type { Columns, FieldNames, StreamDefinition } from '../streams/define-stream.ts';
import type { Run } from './run.ts';

/** The custom fields that a stream's rows carry; a key that may not read them gets values without names. */
const namesOf = async (definition: StreamDefinition, run: Run): Promise<FieldNames> => {
  const byId = new Map<string, string>();
  const kinds = definition.customFields ?? [];
  let isComplete = true;
  // All are asked for at once; a failure is told where its turn comes.
  for (const kind of kinds) run.definitions.of(kind).catch(() => {});
  for (const kind of kinds) {
    try {
      for (const { id, name } of (await run.definitions.of(kind)).rows) {
        if (typeof name === 'string') byId.set(id, name);
      }
    } catch (error) {
      // A fault that may pass is not to cost the names: the bookmark would move past rows without them.
      if (!(error instanceof RefusedError)) throw error;
      isComplete = false;
      run.log.warning(`custom fields are written without their names: ${describe(error)}`, definition.name);
    }
  }
  let told = !isComplete;
  return {
    byId,
    onUnknown: (field, row) => {
      if (told) return;
      told = true;
      run.log.warning(
        `${row.id}: the custom field ${field} has no definition, so its name is unknown`,
        definition.name,
      );
    },
  };
};

/** The stream's own columns, and those of custom fields that discovery has added. */
export const columnsOf = async (
  selected: SelectedStream,
  definition: StreamDefinition,
  run: Run,
): Promise<Columns> => {
  const names = await namesOf(definition, run);
  const own = definition.columns?.(names) ?? {};
  if (!definition.customFields) return own;
  const custom = Object.keys(selected.schema.properties).flatMap((column) => {
    const id = customFieldOf(column);
    return id === null ? [] : [[column, customFieldValue(id, names)] as const];
  });
  return { ...own, derive: { ...own.derive, ...Object.fromEntries(custom) } };
};
