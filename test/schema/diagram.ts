import { referencesOf } from './references.ts';
import type { Table } from './table.ts';

/** A join of two tables: a column of one table names a row of the other. */
interface Join {
  readonly from: string;
  readonly to: string;
  readonly isList: boolean;
  readonly columns: string[];
}

/** The tables that most questions are about. */
const CORE = [
  ...['leads', 'contacts', 'opportunities', 'activities', 'tasks', 'users'],
  ...['lead_statuses', 'opportunity_statuses', 'pipelines'],
];

/** Joins of the columns that are not nested, one for each pair of tables. Nearly every row says who made and changed it. */
const joinsOf = (tables: readonly Table[]): readonly Join[] => {
  const joins = new Map<string, Join>();
  for (const { name, fields } of tables) {
    for (const { path, schema } of fields) {
      if (/\.|^id$|^(created|updated)_by/.test(path)) continue;
      for (const { table } of referencesOf(schema.description ?? '')) {
        const isList = schema.items !== undefined;
        const key = [name, table, isList].join();
        const join = joins.get(key) ?? { from: name, to: table, isList, columns: [] };
        join.columns.push(path);
        joins.set(key, join);
      }
    }
  }
  return [...joins.values()];
};

const draw = (joins: readonly Join[]): string =>
  [
    '```mermaid',
    'erDiagram',
    ...joins.map(
      ({ from, to, isList, columns }) =>
        `  ${from} ${isList ? '}o--o{' : '}o--o|'} ${to} : "${columns.join(', ')}"`,
    ),
    '```',
  ].join('\n');

/** Diagrams in Mermaid. GitHub draws them; other readers see a list of the joins. */
export const renderDiagrams = (tables: readonly Table[]): string => {
  const joins = joinsOf(tables);
  const isCore = ({ from, to }: Join): boolean => CORE.includes(from) && CORE.includes(to);
  return [
    'Each line is a join of two tables: the column at the end of the line is in the first table and holds an id of the second table. The columns that say who created and who changed a row are left out.',
    'Leads and what belongs to them:',
    draw(joins.filter(isCore)),
    'All other joins:',
    draw(joins.filter((join) => !isCore(join))),
  ].join('\n\n');
};
