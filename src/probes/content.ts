import type { Row } from '../close/row.ts';
import { RefusedError } from '../errors.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';
import { ACTIVITIES, DATED_LISTS, firstPage, OPPORTUNITIES } from './dated-lists.ts';
import { someOf } from './ids.ts';
import { counted, type Finding, fails, holds, type Probe, unknown } from './probe.ts';
import type { Scope } from './scope.ts';
import { pathsOf } from './touches.ts';

/** Lists whose rows may have custom fields, and that are no dated list. */
const OTHER_LISTS: readonly string[] = ['/lead/', '/contact/'];

/** The list that shows the rows of a stream; one that is read by searching has one, too. */
const listOf = (stream: StreamDefinition): string =>
  stream.lateChanges?.(stream.objectType ?? '').list ?? pathsOf(stream)[0] ?? '';

/** Whether its rows are looked at by several probes: others would cost a request each. */
const isSampled = (stream: StreamDefinition): boolean => {
  const path = listOf(stream);
  return OTHER_LISTS.includes(path) || DATED_LISTS.some((list) => list.path === path);
};

const rowsOf = async (stream: StreamDefinition, scope: Scope): Promise<readonly Row[]> => {
  const path = listOf(stream);
  const dated = DATED_LISTS.find((list) => list.path === path);
  return (dated ? await firstPage(dated, scope) : await someOf(path, scope)).rows;
};

/** The same; none where the key may not read them. */
const rowsOrNone = (stream: StreamDefinition, scope: Scope): Promise<readonly Row[]> =>
  rowsOf(stream, scope).catch((error: unknown) => {
    if (!(error instanceof RefusedError)) throw error;
    return [];
  });

const isOwnWord = (word: string): boolean => /^[A-Za-z][A-Za-z_.]{0,40}$/.test(word);

/** Kinds of rows that no stream knows; names of Close, and none that an account has given. */
const tryKinds = async (scope: Scope): Promise<Finding> => {
  const unheard = new Map<string, Set<string>>();
  let looked = 0;
  for (const stream of scope.streams) {
    const { kinds } = stream;
    if (!kinds || !isSampled(stream)) continue;
    const rows = await rowsOrNone(stream, scope);
    looked += rows.length;
    for (const { [kinds.field]: kind } of rows) {
      if (typeof kind !== 'string' || kinds.known(kind)) continue;
      unheard.set(stream.name, (unheard.get(stream.name) ?? new Set()).add(isOwnWord(kind) ? kind : 'one'));
    }
  }
  if (unheard.size > 0) {
    const told = [...unheard].map(([name, words]) => `${name}: ${[...words].sort().join(', ')}`);
    return fails(told.join('; '), [...unheard.keys()]);
  }
  return looked > 0 ? holds() : unknown('there are no rows');
};

/** So many rows without a column are no accident. */
const ENOUGH_ROWS = 10;

const columnsOf = ({ always = [], instead = {} }: StreamDefinition): readonly string[] => [
  ...always,
  ...Object.keys(instead),
];

const tryColumns = async (scope: Scope): Promise<Finding> => {
  const missing: string[] = [];
  const streams = new Set<string>();
  const untold: string[] = [];
  let told = 0;
  for (const stream of scope.streams) {
    const columns = columnsOf(stream);
    if (columns.length === 0 || !isSampled(stream)) continue;
    const rows = await rowsOrNone(stream, scope);
    const lacking = columns.filter((column) => !rows.some((row) => Object.hasOwn(row, column)));
    if (lacking.length === 0) told += 1;
    else if (rows.length < ENOUGH_ROWS) untold.push(stream.name);
    else {
      streams.add(stream.name);
      missing.push(...lacking.map((column) => `${stream.name}.${column}`));
    }
  }
  if (missing.length > 0) return fails(missing.join(', '), [...streams]);
  if (untold.length > 0) return unknown(`there are too few rows of ${untold.join(', ')}`);
  return told > 0 ? holds() : unknown('there are no rows');
};

const KINDS_OF_FIELDS: readonly string[] = ['lead', 'contact', 'opportunity', 'activity', 'shared'];
const MOST_PAGES = 5;
const KEY = /^custom\.(l?cf_.+)$/;

/** The definitions of one list, of which there may be more than a page takes; null where there are too many pages. */
const definitionsOf = async (kind: string, scope: Scope): Promise<readonly Row[] | null> => {
  const rows: Row[] = [];
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const skip = rows.length > 0 ? { _skip: String(rows.length) } : {};
    const page = await scope.read(`/custom_field/${kind}/`, { _limit: '1000', ...skip });
    rows.push(...page.rows);
    if (!page.hasMore || page.rows.length === 0) return rows;
  }
  return null;
};

const tryDefinitions = async (scope: Scope): Promise<Finding> => {
  const used = new Set<string>();
  for (const path of [...OTHER_LISTS, OPPORTUNITIES.path]) {
    for (const row of (await someOf(path, scope)).rows)
      for (const key of Object.keys(row)) if (KEY.test(key)) used.add(key.replace(KEY, '$1'));
  }
  for (const row of (await firstPage(ACTIVITIES, scope)).rows)
    for (const key of Object.keys(row)) if (KEY.test(key)) used.add(key.replace(KEY, '$1'));
  if (used.size === 0) return unknown('no row has a custom field');
  const defined = new Set<string>();
  for (const kind of KINDS_OF_FIELDS) {
    const definitions = await definitionsOf(kind, scope);
    if (!definitions) return unknown('there are too many definitions');
    for (const { id } of definitions) defined.add(id);
  }
  const strange = [...used].filter((id) => !defined.has(id)).length;
  return strange === 0
    ? holds()
    : fails(`${strange} of ${counted(used.size, 'custom field')} in rows have no definition`);
};

const hasThreads = (rows: readonly Row[]): boolean => rows.some(({ _type }) => _type === 'EmailThread');

/** What is in the rows. */
export const contentProbes: readonly Probe[] = [
  {
    name: 'known-kinds',
    assumes: 'Every kind of row is known to this version',
    ifFalse: 'Rows of other kinds come out all the same; what has no column is in _extra.',
    survivedBy: 'schema/extras.ts',
    touches: ({ kinds }) => kinds !== undefined,
    look: tryKinds,
  },
  {
    name: 'columns-sent',
    assumes: 'Close sends the columns that it sent in every row',
    ifFalse: 'These columns are null in every record.',
    touches: (stream) => isSampled(stream) && columnsOf(stream).length > 0,
    look: tryColumns,
  },
  {
    name: 'fields-defined',
    assumes: 'Every custom field in a row has a definition',
    ifFalse: 'Their values come out under their ids, without a name.',
    survivedBy: 'streams/custom-field-values.ts',
    touches: ({ customFields }) => customFields !== undefined,
    looksAgain: true,
    look: tryDefinitions,
  },
  {
    name: 'threads-apart',
    assumes: '/activity/ shows no e-mail threads; they have a list of their own',
    ifFalse: 'Threads are read from both lists, and come out twice.',
    survivedBy: 'close/walks/by-window.ts',
    touches: ACTIVITIES.touches,
    look: async (scope) => {
      const { rows } = await firstPage(ACTIVITIES, scope);
      if (hasThreads(rows)) return fails('/activity/ shows threads');
      return rows.some(({ _type }) => _type === 'Email') ? holds() : unknown('there are no e-mails');
    },
  },
];
