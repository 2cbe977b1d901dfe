import type { Clock } from '../clock.ts';
import { createChanges } from '../close/changes.ts';
import { createDefinitions, type Definitions } from '../close/definitions.ts';
import type { Config } from '../config/config.ts';
import { describe, endsTheRun, ReaderGoneError } from '../errors.ts';
import type { Client } from '../http/client.ts';
import type { SelectedStream } from '../singer/selection.ts';
import type { State } from '../singer/state.ts';
import type { MessageWriter } from '../singer/writer.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';
import type { Log } from '../terminal/log.ts';
import type { Instant } from '../time/instant.ts';
import { createClocks } from './clocks.ts';
import { followChanges, followsChanges } from './follow-changes.ts';
import type { Followed } from './late-rows.ts';
import { openStream, readChangesSince } from './open-stream.ts';
import { fromCurrent } from './order-streams.ts';
import { createPace } from './pace.ts';
import { readStream } from './read-stream.ts';
import type { Run } from './run.ts';
import { whyClosed } from './why-closed.ts';
import { createWritten, sinceOf } from './written.ts';

export interface SyncOptions {
  readonly selected: readonly SelectedStream[];
  readonly definitions: readonly StreamDefinition[];
  readonly client: Client;
  /** Those of custom fields, where some of them have been asked for already. */
  readonly fieldDefinitions?: Definitions;
  readonly config: Config;
  readonly state: State;
  readonly writer: MessageWriter;
  readonly log: Log;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Ends every request under way; called when one failure makes all others certain. */
  readonly abort: (reason: Error) => void;
  readonly onProgress: Run['onProgress'];
  readonly onEnd: (stream: string, how: 'done' | 'failed' | 'stopped') => void;
  readonly validate: Run['validate'];
  readonly enough: Run['enough'];
}

/** Why a stream is not complete. */
export interface Failure {
  readonly stream: string;
  readonly reason: string;
}

export interface SyncOutcome {
  readonly records: ReadonlyMap<string, number>;
  readonly failures: readonly Failure[];
}

/**
 * Reads all selected streams side by side, and writes the state as it goes and last. A stream that fails leaves the others
 * be. One that nobody named and the key may not read is left out with a warning, unless that is every stream.
 */
export const sync = async (options: SyncOptions): Promise<SyncOutcome> => {
  const { client, clock, log, signal, state, writer } = options;
  const clocks = createClocks(clock, client.serverStart);
  const order = fromCurrent(options.selected, state.currentlySyncing);
  const open = new Set(order.map(({ name }) => name));
  const records = new Map<string, number>();
  const failures: Failure[] = [];
  const closed: Failure[] = [];
  const current = (): string | null => order.find(({ name }) => open.has(name))?.name ?? null;
  const pace = createPace({ clock, log, state, writer, records, current });

  const definitionOf = ({ name }: SelectedStream): StreamDefinition => {
    const definition = options.definitions.find((candidate) => candidate.name === name);
    if (!definition) throw new Error(`no stream ${name}`);
    return definition;
  };
  const following = order.flatMap((selected) => {
    const { replication } = selected;
    const definition = definitionOf(selected);
    const key = replication.method === 'INCREMENTAL' ? replication.key : null;
    if (definition.objectType === undefined || !followsChanges({ selected, definition, key }, options))
      return [];
    return [{ definition, changesSince: readChangesSince(definition, key, state) }];
  });
  const changes = createChanges(
    following.map(({ definition: { objectType: type = '', changedThrough = [] } }) => ({
      type,
      changedThrough,
    })),
  );
  // A first run follows only what changes meanwhile, and what an index may not have: a month would fill the memory.
  const followedSince = (): Instant =>
    Math.min(...following.map((stream) => sinceOf(stream, run.startedAt())));
  const run: Run = {
    api: client,
    definitions:
      options.fieldDefinitions ?? createDefinitions({ api: client, pageSize: options.config.pageSize }),
    config: options.config,
    state,
    clock,
    log,
    now: clocks.now,
    latest: clocks.latest,
    startedAt: clocks.startedAt,
    clocksAgree: clocks.agree,
    show: clocks.show,
    write: (stream, written, extracted, version) => writer.records(stream, written, extracted, version),
    settle: pace.settle,
    onProgress: (stream, total, at) => {
      records.set(stream, total);
      options.onProgress(stream, total, at);
    },
    enough: options.enough,
    validate: options.validate,
    onEvents: following.length > 0 ? (events) => changes.add(events, followedSince()) : null,
  };

  const fail = (name: string, error: unknown): void => {
    if (error instanceof ReaderGoneError) options.abort(error);
    if (signal.aborted) throw error;
    open.add(name);
    failures.push({ stream: name, reason: describe(error) });
    if (endsTheRun(error)) options.abort(error);
    else log.error(describe(error), name);
  };

  const followed: Followed[] = [];
  let eventsFrom = Number.POSITIVE_INFINITY;

  const readOne = async (selected: SelectedStream): Promise<void> => {
    const { name } = selected;
    const definition = definitionOf(selected);
    const from = clock.now();
    let status = 'failed';
    try {
      records.set(name, 0);
      const stream = openStream(selected, definition, run);
      const written = followsChanges(stream, run) ? createWritten(stream, run) : null;
      if (written) followed.push({ stream, written });
      await readStream(stream, run, (rows) => written?.add(rows));
      if (stream.version !== undefined) await writer.activateVersion(name, stream.version);
      if (definition.showsChanges && stream.books.range.finished.length === 0) {
        eventsFrom = stream.books.range.from;
      }
      status = 'succeeded';
      open.delete(name);
    } catch (error) {
      const why = selected.byDefault ? await whyClosed(error, definition, run) : null;
      if (why === null) fail(name, error);
      else {
        closed.push({ stream: name, reason: why });
        log.warning(why, name);
      }
    } finally {
      options.onEnd(name, status === 'succeeded' ? 'done' : signal.aborted ? 'stopped' : 'failed');
      const value = (clock.now() - from) / 1000;
      const tags = { stream: name, endpoint: name, status };
      log.metric({ type: 'timer', metric: 'sync_duration', value, tags });
    }
    await pace.writeState();
  };

  const readLate = async (): Promise<void> => {
    const complete = followed.filter(({ stream }) => !open.has(stream.definition.name));
    try {
      await followChanges(complete, changes, eventsFrom, run, fail);
    } catch (error) {
      for (const { stream } of complete) if (!signal.aborted) fail(stream.definition.name, error);
    }
  };

  void client.answered.then(() => {
    const warning = clocks.warning();
    if (warning !== null) log.warning(warning);
  });
  await writer.state(state.snapshot());
  for (const stream of order) await writer.schema(stream);
  await writer.flush();
  // How far back the API reaches is counted from its own clock, which the first answer to another stream tells.
  const reaches = (selected: SelectedStream): boolean => definitionOf(selected).reach !== undefined;
  const others = Promise.allSettled(order.filter((stream) => !reaches(stream)).map(readOne));
  const told = Promise.race([client.answered, others]);
  const ended = new AbortController();
  const stating = pace.keepStating(ended.signal).catch((error: unknown) => {
    if (error instanceof ReaderGoneError) options.abort(error);
  });
  try {
    await Promise.allSettled([
      others,
      ...order.filter(reaches).map((stream) => told.then(() => readOne(stream))),
    ]);
    if (!signal.aborted) await readLate();
  } finally {
    ended.abort();
    await stating;
  }
  if (closed.length === order.length) failures.push(...closed);
  else for (const { stream } of closed) open.delete(stream);
  pace.measure();
  await pace.writeState({ force: true });
  return { records, failures };
};
