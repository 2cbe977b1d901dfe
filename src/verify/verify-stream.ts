import { createChanges, readChanges } from '../close/changes.ts';
import { EVENT_LOG } from '../close/event-log.ts';
import { withFewFields } from '../close/few-fields.ts';
import type { Row } from '../close/row.ts';
import type { Emit, WalkContext, WalkRange } from '../close/walk.ts';
import { RefusedError } from '../errors.ts';
import type { Replication } from '../singer/catalog.ts';
import { replicationKeyOf } from '../singer/catalog.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';
import type { Run } from '../tap/run.ts';
import { walkContextOf } from '../tap/walk-context.ts';
import { latenessOf } from '../tap/written.ts';
import { floorSecond, type Instant, MINUTE } from '../time/instant.ts';
import { END, START } from '../time/span.ts';
import type { Expected } from './due.ts';
import type { Counts, Finding } from './findings.ts';
import type { Held } from './held.ts';
import { createLedger } from './ledger.ts';
import { lookAgain, MOST_BY_ID } from './look-again.ts';

/** The fields of each row that a comparison needs. */
const FIELDS = ['id', 'date_created', 'date_updated'];

/** The result for one stream. */
export interface Verdict {
  readonly counts: Counts;
  readonly findings: () => Iterable<Finding>;
}

export interface VerifyOptions {
  readonly definition: StreamDefinition;
  readonly replication: Replication;
  readonly held: Held;
  /** The name of the file of ids, for messages. */
  readonly source: string;
  readonly run: Run;
  /** Writes the records that are missing or stale; null if none are to be written. */
  readonly repair: Repair | null;
}

/** How missing and stale records are written. */
export interface Repair {
  /** Reads rows with all their fields, as a sync does. */
  readonly context: WalkContext;
  readonly write: (rows: readonly Row[]) => Promise<void>;
}

/** The context of a walk that reads only the fields that a comparison needs. */
const lightContext = (definition: StreamDefinition, run: Run): WalkContext => ({
  ...walkContextOf(definition.name, run),
  // A list that is read whole is short, and some of these take a field apart into rows.
  api: definition.walk.along === null ? run.api : withFewFields(run.api, FIELDS),
  mostParents: null,
  columns: FIELDS,
  known: FIELDS,
  withoutId: (count) => {
    if (count > 0)
      run.log.warning(`skipped ${count} rows without an id: they cannot be compared`, definition.name);
  },
});

const wholeRange = (from: Instant): WalkRange => ({ from, finished: [], alsoFinished: [], finishedAt: null });

/** The date from which to read, so that every row of the warehouse should come. */
const sweepFrom = ({ definition, replication, held, run }: VerifyOptions): Instant => {
  if (replicationKeyOf(replication) === null) return START;
  const { config } = run;
  const back = definition.looksBackFromStart ? (definition.lookBack?.(config) ?? 0) : 0;
  const from = Math.min(config.start_date - back, held.oldest ?? END);
  return floorSecond(definition.reach === undefined ? from : Math.max(from, run.now() - definition.reach));
};

const expectedOf = ({ definition, replication, run }: VerifyOptions): Expected => {
  const { config, state } = run;
  const started = run.startedAt();
  const key = replicationKeyOf(replication);
  const margin = Math.max(
    EVENT_LOG.lateness,
    definition.fromIndex ? (definition.lookBack?.(config) ?? 0) : 0,
  );
  const bookmark = key === null ? null : state.instant(definition.name, key);
  return {
    key,
    from: key === null ? START : config.start_date,
    until: Math.min(started - margin, bookmark ?? END),
    eventsFrom: started - latenessOf(definition),
  };
};

/** The changes to the stream during the comparison and shortly before; null if the key may not read the event log. */
const readEvents = async ({ definition, run }: VerifyOptions, from: Instant, context: WalkContext) => {
  const { objectType: type, changedThrough = [] } = definition;
  if (type === undefined) return null;
  const changes = createChanges([{ type, ...(definition.fromIndex ? { changedThrough } : {}) }]);
  try {
    await readChanges([{ from: floorSecond(from), to: END }], changes, { ...context, api: run.api });
    return changes.of(type, from);
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    run.log.warning(
      'this key may not read the event log: rows that are deleted while this command runs count as gone',
      definition.name,
    );
    return null;
  }
};

/**
 * Compares what a warehouse holds of a stream with what Close has. First it reads all ids and dates, then what changed
 * in the meantime. At the end it checks each suspect again. So rows that were only created, changed or deleted during
 * the comparison are not reported.
 */
export const verifyStream = async (options: VerifyOptions): Promise<Verdict> => {
  const { definition, held, run, repair, source } = options;
  const expected = (): Expected => expectedOf(options);
  const ledger = createLedger(held, expected, { source, stream: definition.name });
  const light = lightContext(definition, run);
  const sweep = (from: Instant): Promise<void> =>
    definition.walk.read(wholeRange(from), light, async (rows) => ledger.see(rows));

  let from = sweepFrom(options);
  await sweep(from);
  if (definition.reach !== undefined) ledger.noteReach(from + MINUTE);
  else if (from !== START && ledger.unseen() > MOST_BY_ID) {
    from = START;
    await sweep(from);
  }
  // The first answer of a search shows which fields it returns. Rows that are read by id must have the same fields.
  if (repair && definition.fromIndex) {
    await definition.walk.read(wholeRange(run.now()), repair.context, async () => {});
  }
  ledger.follow(await readEvents(options, expected().eventsFrom, light), definition.fromIndex === true);
  const confirm: Emit = async (rows) => {
    const wrong = ledger.confirm(rows);
    if (repair && wrong.length > 0) await repair.write(wrong);
  };
  await lookAgain(definition, () => ledger.suspects(), wholeRange(from), repair?.context ?? light, confirm);
  return { counts: ledger.counts(), findings: () => ledger.findings() };
};
