import type { FieldSchema } from '../json/schema-types.ts';
import { DELETED_AT, EXTRA } from '../own-columns.ts';
import type { Dialect } from './dialect.ts';
import { nameColumns, quoted } from './identifiers.ts';
import { inMajorUnits } from './money.ts';
import type { MadeView } from './view.ts';

/** A table of a target. */
export interface StoredTable {
  readonly name: string;
  /** What a row is. */
  readonly about: string;
  readonly fields: Readonly<Record<string, FieldSchema>>;
  /** For each column with values of a custom field: the part of the field's id that distinguishes fields of the same name. */
  readonly customFields: ReadonlyMap<string, string>;
  /** The columns with amounts in minor units, and for each the column with its currency. */
  readonly money: Readonly<Record<string, string>>;
}

/** The column of the views that says when a row was deleted. */
const DELETED = 'deleted_at';

/** A column of the table, its name in the view, and the SQL for its values. */
interface Shown {
  readonly stored: string;
  readonly name: string;
  readonly sql: string;
}

/** All columns except `_extra` and those that targets add. */
const shownOf = ({ fields, customFields, money }: StoredTable, { typed }: Dialect): Shown[] => {
  const stored = Object.keys(fields).filter((name) => name !== EXTRA && !name.startsWith('_sdc_'));
  const titled = stored.flatMap((column) => {
    const id = customFields.get(column);
    return id === undefined ? [] : [{ column, title: fields[column]?.title ?? '', id }];
  });
  const own = stored.filter((column) => !customFields.has(column));
  const names = nameColumns(titled, [...own, DELETED]);
  return stored.flatMap((column) => {
    const field = fields[column];
    if (!field) return [];
    const currency = money[column];
    const sql =
      currency !== undefined && fields[currency]
        ? inMajorUnits(quoted(column), quoted(currency))
        : typed(quoted(column), field);
    return [{ stored: column, name: names.get(column) ?? column, sql }];
  });
};

/**
 * The SQL of a view. A table has the mark of deleted rows only with some settings of the target. If it has none, the database
 * takes the column of the same name from the outer row, which is null. So the view can be created with any settings.
 */
const select = (shown: readonly Shown[], table: string, isDeleted: boolean): string => {
  const columns = shown.map(({ name, sql }) => `    ${sql} as ${quoted(name)}`);
  const mark = quoted(DELETED_AT);
  return [
    'select "rows".*',
    `from (select cast(null as timestamp) as ${mark}) as "unmarked"`,
    'cross join lateral (',
    '  select',
    [...columns, ...(isDeleted ? [`    ${mark} as ${quoted(DELETED)}`] : [])].join(',\n'),
    `  from ${table}`,
    `  where ${mark} is ${isDeleted ? 'not null' : 'null'}`,
    ') as "rows"',
  ].join('\n');
};

/** The rows that exist in Close, with custom fields by name and money in major units. */
export const currentOf = (table: StoredTable, stored: string, dialect: Dialect): MadeView => {
  const shown = shownOf(table, dialect);
  return {
    name: `current_${table.name}`,
    about: table.about,
    columns: shown.map(({ name }) => name),
    select: select(shown, stored, false),
  };
};

/** The rows that are marked as deleted; null for a table whose deletes are not read. */
export const deletedOf = (table: StoredTable, stored: string, dialect: Dialect): MadeView | null => {
  if (!(DELETED_AT in table.fields)) return null;
  const shown = shownOf(table, dialect);
  return {
    name: `deleted_${table.name}`,
    about: `${table.about} Only rows that were deleted.`,
    columns: [...shown.map(({ name }) => name), DELETED],
    select: select(shown, stored, true),
  };
};
