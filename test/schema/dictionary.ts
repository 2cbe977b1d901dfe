import { renderDiagrams } from './diagram.ts';
import type { Field } from './fields.ts';
import { linkReferences, referencesOf } from './references.ts';
import type { Table } from './table.ts';

/** People write the text above this mark. This file writes everything below it. */
const MARK = '<!-- All below is generated from the schemas: npm run dictionary -->';

const TYPES = {
  string: 'text',
  integer: 'integer',
  number: 'number',
  boolean: 'boolean',
  object: 'object',
} as const;

const typeOf = ({ type: [real], format, items }: Field['schema']): string => {
  if (real === 'array')
    return items?.properties ? 'list of objects' : `list of ${items ? typeOf(items) : 'text'}`;
  if (format === 'date-time') return 'timestamp';
  return format ?? TYPES[real];
};

const linkTo = (table: string): string => `[${table}](#${table})`;

/** Which columns name a user, what each says of the user, and which tables have it. */
const renderUsers = (tables: readonly Table[]): string => {
  const found = new Map<string, { column: string; description: string; tables: string[] }>();
  for (const { name, fields } of tables) {
    for (const { path, schema } of fields) {
      const { description = '' } = schema;
      if (path.includes('.') || !referencesOf(description).some(({ table }) => table === 'users')) continue;
      const key = `${path} ${description}`;
      const entry = found.get(key) ?? { column: path, description, tables: [] };
      entry.tables.push(name);
      found.set(key, entry);
    }
  }
  const entries = [...found.values()].sort((a, b) => b.tables.length - a.tables.length);
  return [
    '| Column | Who | Tables |',
    '|---|---|---|',
    ...entries.map(
      ({ column, description, tables: having }) =>
        `| \`${column}\` | ${description.replace(/ References .*\.$/, '')} | ${having.map(linkTo).join(', ')} |`,
    ),
  ].join('\n');
};

const renderTable = ({ name, rows, keys, replication, isDefault, fields }: Table): string => {
  const method = replication.method === 'FULL_TABLE' ? 'full table' : `incremental on \`${replication.key}\``;
  const references = fields.flatMap(({ path, schema }) =>
    referencesOf(schema.description ?? '').map(
      ({ table, field }) => `\`${path}\` → [${table}.${field}](#${table})`,
    ),
  );
  return [
    `### ${name}`,
    '',
    rows,
    '',
    `Key: \`${keys.join('`, `')}\`. Replication: ${method}. ${isDefault ? 'Read by default.' : 'Read when it is selected.'}`,
    ...(references.length === 0 ? [] : ['', `References: ${references.join(', ')}.`]),
    '',
    '| Field | Type | Description |',
    '|---|---|---|',
    ...fields.map(
      ({ path, schema }) =>
        `| \`${path}\` | ${typeOf(schema)} | ${linkReferences(schema.description ?? '')} |`,
    ),
  ].join('\n');
};

const renderRow = ({ name, rows, source, cost, needs }: Table): string =>
  `| ${[linkTo(name), rows, source, cost, needs].join(' | ')} |`;

/** The new text of the dictionary. What people wrote in it stays, everything else comes from the tables. */
export const renderDictionary = (before: string, tables: readonly Table[]): string => {
  const [written = ''] = before.split(MARK);
  return [
    `${written.trimEnd()}\n`,
    `${MARK}\n`,
    '## How the tables join\n',
    `${renderDiagrams(tables)}\n`,
    '## Columns that name a user\n',
    `${renderUsers(tables)}\n`,
    '## Tables\n',
    'The cost of a table is given in requests per run. The last column says what the key must be allowed to read.\n',
    '| Table | Rows | Read from | Requests per run | The key needs |\n|---|---|---|---|---|',
    `${tables.map(renderRow).join('\n')}\n`,
    `${tables.map(renderTable).join('\n\n')}\n`,
  ].join('\n');
};
