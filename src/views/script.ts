import { activityViews } from './activities.ts';
import type { Dialect } from './dialect.ts';
import { exampleViews } from './examples.ts';
import { literal, quoted } from './identifiers.ts';
import { currentOf, deletedOf, type StoredTable } from './tables.ts';
import { type MadeView, selectOf, type View } from './view.ts';

/** The views that read other views, in the order in which they can be created. */
export const views: readonly View[] = [...activityViews, ...exampleViews];

/** The SQL that creates the views. */
export interface Script {
  readonly sql: string;
  /** A sentence about each view that cannot be created. */
  readonly leftOut: readonly string[];
}

/** Why a view cannot be created; null if it can. */
const whyNot = ({ name, reads }: View, made: ReadonlyMap<string, MadeView>): string | null => {
  for (const [read, columns] of Object.entries(reads)) {
    const found = made.get(read);
    if (!found) {
      const what = read.startsWith('current_')
        ? `the table ${read.slice('current_'.length)}`
        : `the view ${read}`;
      return `the view ${name} is left out: it reads ${what}, which the catalog does not select`;
    }
    const missing = columns.filter((column) => !found.columns.includes(column));
    if (missing.length > 0)
      return `the view ${name} is left out: it reads ${missing.join(', ')} of ${read}, which the catalog does not select`;
  }
  return null;
};

const makeView = (
  { name, about, reads, columns, rest }: View,
  made: ReadonlyMap<string, MadeView>,
  at: (name: string) => string,
  dialect: Dialect,
): MadeView => {
  const [first = ''] = Object.keys(reads);
  const has = made.get(first)?.columns ?? [];
  const kept = columns.filter(({ of = [] }) => of.every((column) => has.includes(column)));
  return {
    name,
    about,
    columns: kept.map((column) => column.name),
    select: selectOf(kept, rest(at, dialect)),
  };
};

/**
 * The SQL for these tables. It can be run again at any time: each view is dropped first, and everything is one transaction. If
 * a table has the name of a view, the database reports an error and changes nothing.
 * @param schema the database schema of the tables; without it, the database uses its search path
 */
export const scriptFor = (
  tables: readonly StoredTable[],
  dialect: Dialect,
  schema: string | undefined,
): Script => {
  const at = (name: string): string =>
    schema === undefined ? quoted(name) : `${quoted(schema)}.${quoted(name)}`;
  const made = new Map<string, MadeView>();
  const leftOut: string[] = [];
  const stale: string[] = [];
  for (const table of tables) {
    const current = currentOf(table, at(table.name), dialect);
    const deleted = deletedOf(table, at(table.name), dialect);
    for (const view of deleted ? [current, deleted] : [current]) made.set(view.name, view);
  }
  for (const view of views) {
    const why = whyNot(view, made);
    if (why === null) made.set(view.name, makeView(view, made, at, dialect));
    else {
      leftOut.push(why);
      // An older version of this view may exist, and would prevent that the views it reads are dropped.
      if (Object.keys(view.reads).some((read) => made.has(read) || stale.includes(read)))
        stale.push(view.name);
    }
  }
  const order = [...made.keys()].filter((name) => !views.some((view) => view.name === name));
  const dropped = [...order, ...views.map(({ name }) => name)].filter(
    (name) => made.has(name) || stale.includes(name),
  );
  return {
    leftOut,
    sql: [
      `-- Views over the tables that ${dialect.target} has stored.`,
      ...leftOut.map((why) => `-- ${why}`),
      'begin;',
      ...dropped.reverse().map((name) => `drop view if exists ${at(name)};`),
      ...[...made.values()].map(
        ({ name, about, select }) =>
          `\ncreate view ${at(name)} as\n${select};\ncomment on view ${at(name)} is ${literal(about)};`,
      ),
      '\ncommit;',
    ].join('\n'),
  };
};
