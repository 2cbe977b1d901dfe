import type { Definitions } from '../close/definitions.ts';
import { ReaderGoneError } from '../errors.ts';
import type { Client } from '../http/client.ts';
import type { SelectedStream } from '../singer/selection.ts';
import type { MessageWriter } from '../singer/writer.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';
import type { Ending } from '../terminal/progress-row.ts';
import { createClocks } from './clocks.ts';
import { createEndings, type Failure } from './endings.ts';
import { createLateChanges } from './late-changes.ts';
import { openStream } from './open-stream.ts';
import { createPace } from './pace.ts';
import { readStream } from './read-stream.ts';
import { createRun, type Run } from './run.ts';
import { type Table, tablesOf } from './tables.ts';
import { whyClosed } from './why-closed.ts';

export interface SyncOptions
  extends Pick<Run, 'config' | 'state' | 'clock' | 'log' | 'onProgress' | 'validate' | 'enough'> {
  /** The definitions of custom fields, if some of them have already been asked for. */
  readonly fieldDefinitions?: Definitions;
  readonly selected: readonly SelectedStream[];
  readonly definitions: readonly StreamDefinition[];
  readonly client: Client;
  readonly writer: MessageWriter;
  readonly signal: AbortSignal;
  /** Ends every request under way. It is called when one failure means that all other requests will fail too. */
  readonly abort: (reason: Error) => void;
  readonly onEnd: (stream: string, how: Ending) => void;
}

/**
 * Reads all selected streams at the same time. It writes the state during the run and at its end. A stream that fails does
 * not stop the others. A stream that is selected by default, but that the key may not read, is left out with a warning. If
 * that is true of every stream, all of them count as failed.
 * @returns why streams are not complete
 */
export const sync = async (options: SyncOptions): Promise<readonly Failure[]> => {
  const { client, clock, log, signal, state, writer } = options;
  const tables = tablesOf(options.selected, options.definitions, state.currentlySyncing);
  const endings = createEndings(
    tables.map(({ definition }) => definition.name),
    log,
    options,
  );
  const records = new Map<string, number>();
  const pace = createPace({ clock, log, state, writer, records, current: endings.current });
  const clocks = createClocks(clock, client.serverStart);
  const late = createLateChanges(tables, options, clocks.startedAt);
  const onProgress: Run['onProgress'] = (stream, now) => {
    records.set(stream, now.records);
    options.onProgress(stream, now);
  };
  const { onEvents } = late;
  const run = createRun({ ...options, onProgress, clocks, api: client, settle: pace.settle, onEvents });

  const readOne = async ({ selected, definition }: Table): Promise<void> => {
    const { name } = definition;
    const from = clock.now();
    try {
      run.onProgress(name, { records: 0 });
      const stream = openStream(selected, definition, run);
      await readStream(stream, run, late.follow(stream, run));
      const { version } = stream;
      if (version !== undefined && stream.isConfirmed()) await writer.activateVersion(name, version);
      late.haveRead(stream);
      endings.complete(name);
    } catch (error) {
      const why = selected.byDefault ? await whyClosed(error, definition, run) : null;
      if (why === null) endings.fail(name, error);
      else endings.leaveOut(name, why);
    } finally {
      const isDone = endings.isComplete(name);
      options.onEnd(name, isDone ? 'done' : signal.aborted ? 'stopped' : 'failed');
      const value = (clock.now() - from) / 1000;
      const tags = { stream: name, endpoint: name, status: isDone ? 'succeeded' : 'failed' };
      log.metric({ type: 'timer', metric: 'sync_duration', value, tags }, 'debug');
    }
    await pace.writeState();
  };

  /**
   * Reads all streams. How far back Close shows some of them depends on Close's clock, so these wait until the first answer to
   * another stream shows the time.
   */
  const readAll = async (): Promise<void> => {
    const reaches = ({ definition }: Table): boolean => definition.reach !== undefined;
    const others = Promise.allSettled(tables.filter((table) => !reaches(table)).map(readOne));
    const clockKnown = Promise.race([client.answered, others]);
    const reaching = tables.filter(reaches).map((table) => clockKnown.then(() => readOne(table)));
    await Promise.allSettled([others, ...reaching]);
  };

  /** Reports a failure of late changes. If the run is already stopping, it is not a failure of the stream. */
  const failLate = (name: string, error: unknown): void => {
    if (!signal.aborted) endings.fail(name, error);
  };

  void client.answered.then(() => {
    const warning = clocks.warning();
    if (warning !== null) log.warning(warning);
  });
  await writer.state(state.snapshot());
  for (const { selected } of tables) await writer.schema(selected);
  await writer.flush();
  const ended = new AbortController();
  const stating = pace.keepStating(ended.signal).catch((error: unknown) => {
    if (error instanceof ReaderGoneError) options.abort(error);
  });
  try {
    await readAll();
    if (!signal.aborted) await late.emit(endings.isComplete, run, failLate);
  } finally {
    ended.abort();
    await stating;
  }
  const failures = endings.failures();
  pace.measure('last');
  await pace.writeState({ force: true });
  return failures;
};
