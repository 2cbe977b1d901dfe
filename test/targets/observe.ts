import { readFile } from 'node:fs/promises';
import type { Fields } from './pipeline.ts';
import { escapeControls } from './stored-values.ts';
import { requirementsOf, type StoredTable, type Target } from './target.ts';
import type { Run, Runs } from './three-runs.ts';

/** What a target did, in a word or two for each heading. */
export type Seen = Readonly<Record<string, string>>;

const MARK = '_sdc_deleted_at';

const rowsOf = (run: Run, stream: string, id: string): Fields[] =>
  (run.stored[stream]?.rows ?? []).filter((row) => row.id === id);

const storedName = (table: StoredTable | undefined, column: string): string | undefined =>
  [...Object.keys(table?.types ?? {}), ...Object.keys(table?.rows[0] ?? {})].find(
    (name) => name.toLowerCase() === column.toLowerCase(),
  );

/** How many of the tables have everything that was sent to them. */
const tablesTaken = ({ first }: Runs): string => {
  const sent = [...first.passed.records];
  const whole = sent.filter(([stream, records]) => {
    const [key = ''] = first.passed.keys.get(stream) ?? [];
    const stored = new Set(first.stored[stream]?.rows.map((row) => row[key]));
    return first.stored[stream] !== undefined && records.every((record) => stored.has(record[key]));
  });
  return whole.length === sent.length ? 'all' : `${whole.length} of ${sent.length}`;
};

const deletes = ({ second, deletedLead }: Runs, { upserts }: Target): string => {
  const rows = rowsOf(second, 'leads', deletedLead);
  if (rows.length === 0) return 'removes the row';
  if (!rows.some((row) => row[MARK])) return 'nothing';
  return upserts ? `sets \`${MARK}\`` : `adds a row with \`${MARK}\``;
};

const versions = ({ second, deletedLead }: Runs, { upserts, tableByTable }: Target): string => {
  if (tableByTable) return 'not tried';
  if (!upserts) return 'nothing: each run adds rows';
  const rows = rowsOf(second, 'lead_ids', deletedLead);
  if (rows.length === 0) return 'removes the row';
  return rows.some((row) => row[MARK]) ? `sets \`${MARK}\`` : 'nothing';
};

const nested = ({ first }: Runs, target: Target): string => {
  if (target.nested !== undefined) return target.nested;
  const types = first.stored.activities?.types ?? {};
  return [...new Set([types.attendees, types.to, types.envelope])].join(', ');
};

const names = ({ first, changedColumn }: Runs): string => {
  const { names: own, types = {}, rows = [] } = first.stored.leads ?? {};
  const stored = own ?? [...Object.keys(types), ...Object.keys(rows[0] ?? {})];
  if (stored.includes(changedColumn)) return 'as sent';
  return stored.includes(changedColumn.toLowerCase()) ? 'small letters' : 'snake case';
};

const times = ({ first }: Runs): string => {
  const { types = {}, rows = [] } = first.stored.leads ?? {};
  if (types.date_updated !== undefined) return types.date_updated;
  return rows.every((row) => /T.*Z$/.test(String(row.date_updated))) ? 'text, as sent' : 'text';
};

/** How empty texts and line breaks are stored. */
const texts = ({ first }: Runs): string => {
  const faults = new Set<string>();
  for (const sent of first.passed.records.get('activities') ?? []) {
    const [stored = {}] = rowsOf(first, 'activities', String(sent.id));
    for (const name of ['note', 'subject']) {
      const [was, is] = [sent[name], stored[name]];
      if (was === is || typeof was !== 'string') continue;
      if (was === '') faults.add('empty ones become null');
      else faults.add(is === escapeControls(was) ? 'line breaks become `\\n`' : 'changed');
    }
  }
  return faults.size === 0 ? 'as sent' : [...faults].sort().join('; ');
};

const newColumn = (runs: Runs): string => {
  const { leads } = runs.second.stored;
  const name = storedName(leads, runs.newColumn);
  const isThere = name !== undefined && leads?.rows.some((row) => row[name] === 'late');
  return isThere ? 'added' : 'lost';
};

const changedType = ({ third, changedColumn }: Runs): string => {
  if (third instanceof Error) return 'fails';
  const { leads } = third.stored;
  const name = storedName(leads, changedColumn) ?? '';
  const all = Object.keys(leads?.types ?? {}).filter((other) => other.startsWith(name.toLowerCase()));
  const value = leads?.rows.map((row) => row[name]).find((each) => Number(each) === 13.5);
  if (all.length > 1) return 'a new column; the old one is renamed';
  if (value === undefined) return 'the value is lost';
  return typeof value === 'number' ? 'stored as a number' : 'stored as text';
};

/** What the target did with all values. */
export const observe = async (runs: Runs, target: Target): Promise<Seen> => {
  const pins = await readFile(requirementsOf(target.name), 'utf8');
  const version = new RegExp(`^${target.pypi}==(.*)$`, 'm').exec(pins)?.[1] ?? 'unknown';
  return {
    target: `${target.pypi} ${version}`,
    tables: target.tableByTable ? 'one a run' : tablesTaken(runs),
    'deleted row': deletes(runs, target),
    'gone from a table read whole': versions(runs, target),
    'lists, objects': nested(runs, target),
    names: names(runs),
    texts: texts(runs),
    times: times(runs),
    'new column': newColumn(runs),
    'text becomes number': changedType(runs),
  };
};

/** The results as a table in Markdown. */
export const tableOf = (seen: readonly Seen[]): string => {
  const headings = Object.keys(seen[0] ?? {});
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(headings),
    `|${'---|'.repeat(headings.length)}`,
    ...seen.map((row) => line(headings.map((heading) => row[heading] ?? ''))),
  ].join('\n');
};
