import type { FillIn } from '../close/fill-in.ts';
import type { Row } from '../close/row.ts';
import type { WalkContext } from '../close/walk.ts';
import { ProtocolError } from '../errors.ts';
import { type JsonLines, textWritten } from '../json/lines.ts';
import { compileConform } from '../schema/conform.ts';
import { replicationKeyOf } from '../singer/catalog.ts';
import type { SelectedStream } from '../singer/selection.ts';
import type { State } from '../singer/state.ts';
import type { WriteRecord } from '../singer/writer.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';
import { fromMillis, type Instant, toMillis } from '../time/instant.ts';
import { formatInstant } from '../time/rfc3339.ts';
import { type Bookkeeper, createBookkeeper } from './bookmarks.ts';
import type { Run } from './run.ts';
import { columnsOf } from './stream-columns.ts';
import { walkContextOf } from './walk-context.ts';
import { watchColumns } from './watch-columns.ts';
import { watchKinds } from './watch-kinds.ts';
import { watchRepairs } from './watch-repairs.ts';

/** A trial of a stream that is listed parent by parent reads at most this many parents, to find one record. */
const PARENTS_TRIED = 20;

/** One selected stream, ready to be read and written. */
export interface OpenStream {
  readonly selected: SelectedStream;
  readonly definition: StreamDefinition;
  /** The replication key; null if everything is read every time. */
  readonly key: string | null;
  readonly books: Bookkeeper;
  /** From when on changes must be followed in the event log; null on a first run. */
  readonly changesSince: Instant | null;
  /** The number for ACTIVATE_VERSION; undefined if none is written. */
  readonly version: number | undefined;
  /** Wait for this before writing. The definitions of custom fields are read while the walk begins. */
  readonly ready: Promise<void>;
  readonly context: WalkContext;
  /** Adds values to rows that some selected columns need, and that other requests bring. */
  readonly fillIn: FillIn;
  /**
   * Writes rows as records, before any state that follows. Afterwards, wait for `run.settle`.
   * @param at the date of the last row, for the progress
   * @throws if a row cannot be converted. If validation is on and a row is not valid, none of the rows is written
   */
  write(rows: readonly Row[], at: Instant | null): void;
  /** How many records have been written. */
  records(): number;
  /** How many rows could not be written because they have no id. */
  withoutId(): number;
  /** Whether a row that was not read is certainly gone. False if the walk has said that it is not sure. */
  isConfirmed(): boolean;
}

/** From when on a stream's changes must be followed in the event log; null on its first run. */
export const readChangesSince = (
  definition: StreamDefinition,
  key: string | null,
  state: State,
): Instant | null => {
  const { changes_since: since } = state.notes(definition.name);
  // The state may come from a tap that did not follow changes. Then they are followed from its bookmark on.
  return since ?? (key === null ? null : state.instant(definition.name, key));
};

type Conform = (row: Row, out: JsonLines) => void;

/** Gives one record after the other, only when it is needed. So few records are in memory at the same time. */
function* each(rows: readonly Row[], conform: Conform): Iterable<WriteRecord> {
  for (const row of rows) yield (out) => conform(row, out);
}

/** Converts all rows first, so that no row is written if one is not valid. */
const validated = (
  rows: readonly Row[],
  conform: Conform,
  validate: (text: string) => string | null,
): readonly WriteRecord[] =>
  rows.map((row) => {
    const text = textWritten((out) => conform(row, out));
    const problem = validate(text);
    if (problem) throw new ProtocolError(`a record does not fit its schema: ${problem}`);
    return (out) => out.text(text);
  });

export const openStream = (selected: SelectedStream, definition: StreamDefinition, run: Run): OpenStream => {
  const { config, log, clock } = run;
  const { name } = definition;
  const key = replicationKeyOf(selected.replication);
  const changesSince = readChangesSince(definition, key, run.state);
  const books = createBookkeeper({
    stream: definition,
    key,
    config,
    state: run.state,
    now: run.now(),
    latest: run.latest,
    startedAt: run.startedAt,
    clocksAgree: run.clocksAgree,
  });
  for (const warning of books.warnings) log.warning(warning, name);

  const onRepair = watchRepairs((message) => log.warning(message, name));
  let conform: Conform = () => {
    throw new Error(`${name} is not ready`);
  };
  const ready = columnsOf(selected, definition, run).then((columns) => {
    const known = selected.description.schema;
    conform = compileConform({ schema: selected.schema, known, ...columns, onRepair });
  });
  // Every write waits for `ready` and fails with it. A walk that fails earlier need not wait for it.
  ready.catch(() => {});
  const validate = run.validate?.(selected) ?? null;
  const isWhole = key === null && run.enough === null;
  const version = isWhole && config.activate_version ? toMillis(run.latest()) : undefined;
  const warn = (message: string): void => log.warning(message, name);
  const seeKinds = watchKinds(definition, warn);
  const seeColumns = watchColumns(definition, Object.keys(selected.schema.properties), warn);
  let records = 0;
  let withoutId = 0;
  let isConfirmed = true;

  const open: Omit<OpenStream, 'fillIn'> = {
    selected,
    definition,
    key,
    books,
    changesSince,
    version,
    ready,
    write: (rows, at) => {
      const written = validate ? validated(rows, conform, validate) : each(rows, conform);
      seeKinds(rows);
      seeColumns(rows);
      run.write(name, written, formatInstant(fromMillis(clock.now())), version);
      records += rows.length;
      run.onProgress(name, { records, ...(at === null ? {} : { at }) });
    },
    records: () => records,
    withoutId: () => withoutId,
    isConfirmed: () => isConfirmed,
    context: {
      ...walkContextOf(name, run),
      mostParents: run.enough === null ? null : PARENTS_TRIED,
      columns: Object.keys(selected.schema.properties),
      known: Object.keys(selected.description.schema.properties),
      learned: { fields: null },
      // A trial ends before it has read what the server counts.
      expects: (rows) => run.enough === null && run.onProgress(name, { records, expected: rows }),
      unconfirmed: (why) => {
        isConfirmed = false;
        warn(
          `not confirmed: ${why}; what is missing here may still exist, so no ACTIVATE_VERSION is sent for it`,
        );
      },
      withoutId: (count) => {
        if (withoutId === 0 && count > 0) {
          log.error('skipped a row without an id; please report this to Close', name);
        }
        withoutId += count;
      },
    },
  };
  return { ...open, fillIn: definition.byName?.fillIn(open.context) ?? (async (rows) => rows) };
};
