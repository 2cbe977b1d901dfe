import { UsageError } from '../errors.ts';
import { replicationKeyOf } from '../singer/catalog.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';
import { type Instant, SECOND } from '../time/instant.ts';
import { parseHeldDate } from './held-date.ts';
import { type HeldRow, heldRows } from './held-rows.ts';
import { IdTable } from './id-table.ts';

/** Marks that say how exact the version of a row is. The ledger sets the other marks of the table. */
const BY_SECONDS = 64;
const BY_MILLIS = 128;

/** What a warehouse holds of one stream. */
export interface Held {
  /** The ids, and the version of each if the file has one. */
  readonly ids: IdTable;
  /** The prefixes of those ids that have the form of Close's ids, such as `lead_`. */
  readonly beginnings: Set<string>;
  /** The column whose dates show the versions; null if there is none. */
  column: string | null;
  /** The oldest version in the file; null if there is none. */
  oldest: Instant | null;
}

const BEGINNING = /^([a-z]+_)[0-9A-Za-z]{16,}$/;

/** Gives `lead_` for `lead_5oZ…`; null for an id that has another form. */
export const beginningOf = (id: string): string | null => BEGINNING.exec(id)?.[1] ?? null;

/** The instant, rounded down if the column holds only seconds or milliseconds. */
export const atGrain = (held: Held, row: number, at: Instant): Instant => {
  const grain = held.ids.has(row, BY_SECONDS) ? SECOND : held.ids.has(row, BY_MILLIS) ? SECOND / 1000 : 1;
  return Math.floor(at / grain) * grain;
};

const UPDATED = 'date_updated';
const STREAM = 'stream';
const COLUMNS = [UPDATED, 'date_created', STREAM];

/** The columns that may show which version of a row is held: the date of its last change, or else the replication key. */
const versionColumnsOf = ({ replication }: StreamDefinition): readonly string[] => {
  const key = replicationKeyOf(replication);
  return key === null ? [UPDATED] : [UPDATED, key];
};

const emptyHeld = (): Held => ({ ids: new IdTable(), beginnings: new Set(), column: null, oldest: null });

const add = (held: Held, { id, values, at }: HeldRow, columns: readonly string[], name: string): void => {
  const row = held.ids.add(id);
  const beginning = beginningOf(id);
  if (beginning !== null) held.beginnings.add(beginning);
  held.column ??= columns.find((column) => values[column] !== undefined) ?? null;
  const text = held.column === null ? null : values[held.column];
  if (text === null || text === undefined) return;
  const date = parseHeldDate(text);
  if (date === null) {
    throw new UsageError([
      `${name}:${at}: ${held.column} is ${JSON.stringify(text.slice(0, 60))}, which is not a date such as ` +
        '2026-01-02T03:04:05.678901Z; leave the column out if it holds no dates',
    ]);
  }
  held.oldest = Math.min(held.oldest ?? date.at, date.at);
  // A warehouse may keep every version of a row. The newest one counts.
  if (date.at <= held.ids.version(row)) return;
  held.ids.setVersion(row, date.at);
  held.ids.unmark(row, BY_SECONDS | BY_MILLIS);
  if (date.grain > 1) held.ids.mark(row, date.grain === SECOND ? BY_SECONDS : BY_MILLIS);
};

/**
 * Reads what a warehouse holds, stream by stream.
 * @param named the streams to verify. If it is not exactly one, the file needs a column `stream`
 * @param find the stream of a name; it throws a UsageError if there is none
 * @throws UsageError if the file cannot be read as ids, or holds no id of a stream that is named
 */
export const readHeld = async (
  chunks: AsyncIterable<Buffer>,
  name: string,
  named: readonly StreamDefinition[],
  find: (stream: string) => StreamDefinition,
): Promise<ReadonlyMap<StreamDefinition, Held>> => {
  const found = new Map<StreamDefinition, Held>(named.map((definition) => [definition, emptyHeld()]));
  const [only] = named.length === 1 ? named : [];
  for await (const rows of heldRows(chunks, name, COLUMNS)) {
    for (const row of rows) {
      const stream = row.values[STREAM];
      if (!only && typeof stream !== 'string') {
        throw new UsageError([
          named.length === 0
            ? `${name}: name the stream whose ids these are (tap-closeio verify leads), or give a column ${STREAM}`
            : `${name}: a column ${STREAM} must say which stream each id belongs to; or verify one stream at a time`,
        ]);
      }
      const definition = typeof stream === 'string' ? find(stream) : only;
      if (!definition || (named.length > 0 && !named.includes(definition))) continue;
      const held = found.get(definition) ?? emptyHeld();
      found.set(definition, held);
      add(held, row, versionColumnsOf(definition), name);
    }
  }
  for (const [definition, held] of found) {
    if (held.ids.size === 0) throw new UsageError([`${name}: the file holds no id of ${definition.name}`]);
  }
  if (found.size === 0) throw new UsageError([`${name}: the file holds no id`]);
  return found;
};
