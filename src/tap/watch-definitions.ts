import { customColumn, customFieldOf, isCustomFieldId } from '../close/custom-fields.ts';
import type { Row } from '../close/row.ts';
import { GONE } from '../singer/column-notes.ts';
import { listNames } from '../singer/list-names.ts';
import type { SelectedStream } from '../singer/selection.ts';
import { typeWord } from '../singer/type-words.ts';
import { columnOf } from './custom-columns.ts';
import { shortName } from './known-columns.ts';
import type { Run } from './run.ts';

/**
 * Warns about custom fields that have a column in the tables and have changed in Close. In each run, it names those that now
 * have another type in Close. Those that Close no longer has are named once only: the state remembers that they were.
 * @param definitions all definitions, by id
 */
export const watchDefinitions = (
  { name: stream, schema }: SelectedStream,
  definitions: ReadonlyMap<string, Row>,
  { state, log }: Pick<Run, 'state' | 'log'>,
): void => {
  const columns = new Map(
    Object.entries(schema.properties).flatMap(([column, field]) => {
      const id = customFieldOf(column);
      const title = field.title === undefined ? '' : `“${field.title}” `;
      return id === null ? [] : [[shortName(column), { id, field, called: `${title}(${column})` }] as const];
    }),
  );

  const changed = [...columns.values()].flatMap(({ id, field, called }) => {
    const definition = definitions.get(id);
    const now = definition && columnOf(definition)?.schema;
    if (!now || typeWord(now) === typeWord(field)) return [];
    return [`${called} from ${typeWord(field)} to ${typeWord(now)}`];
  });
  if (changed.length > 0) {
    log.warning(
      `custom fields have a new type in Close: ${listNames(changed)}. Their columns keep the old type; a value that does ` +
        'not fit is null there and text in custom_fields. To change a column, drop it in the target, discover a new ' +
        'catalog without the old one, and read the stream from the start (tap-closeio state reset --state FILE ' +
        `${stream}; meltano run --full-refresh)`,
      stream,
    );
  }

  const { seen = null, types = {} } = state.notes(stream).columns ?? {};
  const defined = new Set([...definitions.keys()].map((id) => shortName(customColumn(id))));
  const known = new Set([...columns.keys(), ...Object.keys(types).filter(isCustomFieldId)]);
  const gone = [...known].filter((short) => !defined.has(short));
  const unreported = gone.filter((short) => types[short] !== GONE);
  if (unreported.length > 0) {
    const names = unreported.map((short) => columns.get(short)?.called ?? `${customColumn(short)}…`);
    log.warning(
      `Close no longer has these custom fields: ${listNames(names)}. Their columns stay in the target, but get no more values`,
      stream,
    );
  }
  const back = Object.keys(types).filter((short) => types[short] === GONE && defined.has(short));
  if (gone.length === 0 && back.length === 0) return;
  const kept = Object.entries(types).filter(([short]) => !gone.includes(short) && !back.includes(short));
  // A field that a catalog still lists is remembered as reported. Any other is not remembered at all.
  const reported = gone.filter((short) => columns.has(short)).map((short) => [short, GONE]);
  const restored = back.flatMap((short) => {
    const column = columns.get(short);
    return column ? [[short, typeWord(column.field)]] : [];
  });
  state.note(stream, {
    columns: { seen, types: Object.fromEntries([...kept, ...reported, ...restored]) },
  });
};
