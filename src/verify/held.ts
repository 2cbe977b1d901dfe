import { UsageError } from '../errors.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';
import { type Instant, SECOND } from '../time/instant.ts';
import { parseHeldDate } from './held-date.ts';
import { type HeldRow, heldRows } from './held-rows.ts';
import { IdTable } from './id-table.ts';

/** Marks of how exact the version of a row is; the other marks are the ledger's. */
const BY_SECONDS = 64;
const BY_MILLIS = 128;

/** What a warehouse holds of one stream. */
export interface Held {
  /** With the version of each, as far as it was given. */
  readonly ids: IdTable;
  /** How its ids begin, as those of Close do; others are not among them. */
  readonly beginnings: Set<string>;
  /** The column whose dates show the versions; null when there is none. */
  column: string | null;
  /** The oldest version that was given; null without any. */
  oldest: Instant | null;
}

const BEGINNING = /^([a-z]+_)[0-9A-Za-z]{16,}$/;

/** `lead_`, of `lead_5oZ…`; null for what is made in another way. */
export const beginningOf = (id: string): string | null => BEGINNING.exec(id)?.[1] ?? null;

/** An instant, rounded down when the column holds only seconds or milliseconds. */
export const atGrain = (held: Held, row: number, at: Instant): Instant => {
  const grain = held.ids.has(row, BY_SECONDS) ? SECOND : held.ids.has(row, BY_MILLIS) ? SECOND / 1000 : 1;
  return Math.floor(at / grain) * grain;
};

const UPDATED = 'date_updated';
const STREAM = 'stream';
const COLUMNS = [UPDATED, 'date_created', STREAM];

/** The columns that may tell which version of a row is held: when it was changed last, else the replication key. */
const versionColumnsOf = ({ replication }: StreamDefinition): readonly string[] =>
  replication.method === 'INCREMENTAL' ? [UPDATED, replication.key] : [UPDATED];

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
      `${name}:${at}: ${held.column} is ${JSON.stringify(text.slice(0, 60))}, which is no date such as ` +
        '2026-01-02T03:04:05.678901Z; leave the column out if it holds none',
    ]);
  }
  held.oldest = Math.min(held.oldest ?? date.at, date.at);
  // A warehouse that keeps every version of a row holds the newest of them.
  if (date.at <= held.ids.version(row)) return;
  held.ids.setVersion(row, date.at);
  held.ids.unmark(row, BY_SECONDS | BY_MILLIS);
  if (date.grain > 1) held.ids.mark(row, date.grain === SECOND ? BY_SECONDS : BY_MILLIS);
};

/**
 * Reads what a warehouse holds, stream by stream.
 * @param named the streams that the file is about; where there is more than one, or none, a column `stream` tells
 * @param find the stream of a name; it throws what is wrong with one
 * @throws UsageError for a file that cannot be read as ids, or has none of a stream that is named
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
            : `${name}: a column ${STREAM} must tell which ids are of which stream; or verify one at a time`,
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
    if (held.ids.size === 0) throw new UsageError([`${name}: holds no id of ${definition.name}`]);
  }
  if (found.size === 0) throw new UsageError([`${name}: holds no id`]);
  return found;
};
