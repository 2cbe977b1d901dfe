import { idInKey, isCustomFieldId } from '../close/custom-fields.ts';
import { DEFINITION_KINDS, definitionsPath } from '../close/definitions.ts';
import { pagingOf } from '../close/page-size.ts';
import type { Row } from '../close/row.ts';
import { RefusedError } from '../errors.ts';
import { counted } from '../json/counted.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';
import { pathsOf } from './concerns.ts';
import { ACTIVITIES, DATED_LISTS, firstPage, OPPORTUNITIES } from './dated-lists.ts';
import { smallPage } from './ids.ts';
import { type Finding, fails, holds, type Probe, unknown } from './probe.ts';
import type { Scope } from './scope.ts';

/** Lists whose rows may have custom fields, besides the dated lists. */
const OTHER_LISTS: readonly string[] = ['/lead/', '/contact/'];

/** The path of the list that shows the rows of a stream. A stream that is read by searching has such a list too. */
const listOf = (stream: StreamDefinition): string =>
  stream.lateChanges?.(stream.objectType ?? '').list ?? pathsOf(stream)[0] ?? '';

/** Whether several probes look at the rows of this stream. Any other stream would cost a request of its own. */
const isSampled = (stream: StreamDefinition): boolean => {
  const path = listOf(stream);
  return OTHER_LISTS.includes(path) || DATED_LISTS.some((list) => list.path === path);
};

const rowsOf = async (stream: StreamDefinition, scope: Scope): Promise<readonly Row[]> => {
  const path = listOf(stream);
  const dated = DATED_LISTS.find((list) => list.path === path);
  return (dated ? await firstPage(dated, scope) : await smallPage(path, scope)).rows;
};

/** The same, but no rows if the key may not read them. */
const rowsOrNone = (stream: StreamDefinition, scope: Scope): Promise<readonly Row[]> =>
  rowsOf(stream, scope).catch((error: unknown) => {
    if (!(error instanceof RefusedError)) throw error;
    return [];
  });

/** Whether the word can be one of Close's own. Any other may come from the account, and is not shown. */
const isWordOfClose = (word: string): boolean => /^[A-Za-z][A-Za-z_.]{0,40}$/.test(word);

/** Looks for kinds of rows that this version does not know, such as a new type of activity. */
const tryKinds = async (scope: Scope): Promise<Finding> => {
  const unknownKinds = new Map<string, Set<string>>();
  let looked = 0;
  for (const stream of scope.streams) {
    const { kinds } = stream;
    if (!kinds || !isSampled(stream)) continue;
    const rows = await rowsOrNone(stream, scope);
    looked += rows.length;
    for (const { [kinds.field]: kind } of rows) {
      if (typeof kind !== 'string' || kinds.known(kind)) continue;
      const words = unknownKinds.get(stream.name) ?? new Set();
      unknownKinds.set(stream.name, words.add(isWordOfClose(kind) ? kind : 'another kind'));
    }
  }
  if (unknownKinds.size > 0) {
    const texts = [...unknownKinds].map(([name, words]) => `${name}: ${[...words].sort().join(', ')}`);
    return fails(texts.join('; '), [...unknownKinds.keys()]);
  }
  return looked > 0 ? holds() : unknown('there are no rows');
};

/** If so many rows all lack a column, that is not chance. */
const ENOUGH_ROWS = 10;

const columnsOf = ({ always = [], instead = {} }: StreamDefinition): readonly string[] => [
  ...always,
  ...Object.keys(instead),
];

const tryColumns = async (scope: Scope): Promise<Finding> => {
  const missing: string[] = [];
  const streams = new Set<string>();
  const unclear: string[] = [];
  let complete = 0;
  for (const stream of scope.streams) {
    const columns = columnsOf(stream);
    if (columns.length === 0 || !isSampled(stream)) continue;
    const rows = await rowsOrNone(stream, scope);
    const lacking = columns.filter((column) => !rows.some((row) => Object.hasOwn(row, column)));
    if (lacking.length === 0) complete += 1;
    else if (rows.length < ENOUGH_ROWS) unclear.push(stream.name);
    else {
      streams.add(stream.name);
      missing.push(...lacking.map((column) => `${stream.name}.${column}`));
    }
  }
  if (missing.length > 0) return fails(missing.join(', '), [...streams]);
  if (unclear.length > 0) return unknown(`there are too few rows of ${unclear.join(', ')}`);
  return complete > 0 ? holds() : unknown('there are no rows');
};

const MOST_PAGES = 5;

/** All definitions of one list, page by page; null if that would take too many pages. */
const definitionsOf = async (kind: string, scope: Scope): Promise<readonly Row[] | null> => {
  const rows: Row[] = [];
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const page = await scope.read(definitionsPath(kind), pagingOf(rows.length, 1000));
    rows.push(...page.rows);
    if (!page.hasMore || page.rows.length === 0) return rows;
  }
  return null;
};

const tryDefinitions = async (scope: Scope): Promise<Finding> => {
  const rows: Row[] = [];
  for (const path of [...OTHER_LISTS, OPPORTUNITIES.path]) rows.push(...(await smallPage(path, scope)).rows);
  rows.push(...(await firstPage(ACTIVITIES, scope)).rows);
  const ids = rows.flatMap((row) => Object.keys(row).flatMap((key) => idInKey(key) ?? []));
  const used = new Set(ids.filter(isCustomFieldId));
  if (used.size === 0) return unknown('no row has a custom field');
  const defined = new Set<string>();
  for (const kind of DEFINITION_KINDS) {
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

/** Assumptions about what is in the rows. */
export const contentProbes: readonly Probe[] = [
  {
    name: 'known-kinds',
    assumes: 'This version knows every kind of row',
    ifFalse: 'Rows of other kinds are still emitted. Fields that have no column are in _extra.',
    handledBy: 'schema/extras.ts',
    concerns: ({ kinds }) => kinds !== undefined,
    look: tryKinds,
  },
  {
    name: 'columns-sent',
    assumes: 'Close still sends the columns that it has always sent',
    ifFalse: 'These columns are null in every record.',
    concerns: (stream) => isSampled(stream) && columnsOf(stream).length > 0,
    look: tryColumns,
  },
  {
    name: 'fields-defined',
    assumes: 'Every custom field in a row has a definition',
    ifFalse: 'The values of the other fields are emitted with the id of the field, but without its name.',
    handledBy: 'streams/custom-field-values.ts',
    concerns: ({ customFields }) => customFields !== undefined,
    looksAgain: true,
    look: tryDefinitions,
  },
  {
    name: 'threads-apart',
    assumes: '/activity/ does not show e-mail threads, which have a list of their own',
    ifFalse: 'Threads are read from both lists, and are emitted twice.',
    handledBy: 'close/walks/by-window.ts',
    concerns: ACTIVITIES.concerns,
    look: async (scope) => {
      const { rows } = await firstPage(ACTIVITIES, scope);
      if (hasThreads(rows)) return fails('/activity/ shows threads');
      return rows.some(({ _type }) => _type === 'Email') ? holds() : unknown('there are no e-mails');
    },
  },
];
