import type { Clock } from '../clock.ts';
import { createDefinitions, type Definitions } from '../close/definitions.ts';
import type { Row } from '../close/row.ts';
import type { Api } from '../close/walk.ts';
import type { Config } from '../config/config.ts';
import type { SelectedStream } from '../singer/selection.ts';
import type { State } from '../singer/state.ts';
import type { MessageWriter, WriteRecord } from '../singer/writer.ts';
import type { Log } from '../terminal/log.ts';
import type { ShownProgress } from '../terminal/progress.ts';
import type { Instant } from '../time/instant.ts';
import type { Clocks } from './clocks.ts';

/** How far a stream has been read. */
export interface StreamProgress extends ShownProgress {
  /** How many records the walk has read, within the range that the server counts. */
  readonly inRange?: number;
}

/** What all streams of a run share. */
export interface Run {
  readonly api: Api;
  readonly definitions: Definitions;
  readonly config: Config;
  readonly state: State;
  readonly clock: Clock;
  readonly log: Log;
  /** The present. If the clocks disagree, it may be too early, but not too late. */
  readonly now: () => Instant;
  /** The present. If the clocks disagree, it may be too late, but not too early. */
  readonly latest: () => Instant;
  /** The run's start. If the clocks disagree, it may be too early, but not too late. */
  readonly startedAt: () => Instant;
  /** Whether this machine's clock and Close's agree well enough. */
  readonly clocksAgree: () => boolean;
  /** Takes rows as they come. Their dates show which clock is wrong. */
  readonly show: (rows: readonly Row[]) => void;
  /**
   * Writes records before every state that is written from now on. @throws the error of a record that cannot be written
   */
  readonly write: (
    stream: string,
    records: Iterable<WriteRecord>,
    extracted: string,
    version: number | undefined,
  ) => void;
  /** Writes the state if it is due, and waits until there is room for more records. */
  readonly settle: () => Promise<void>;
  /** To be called with what has been written of a stream so far. */
  readonly onProgress: (stream: string, now: StreamProgress) => void;
  /** A trial ends after so many records of each stream; null for a run that reads everything. */
  readonly enough: number | null;
  /** Gives the function that says what is wrong with a record of a stream; null if records are not validated. */
  readonly validate: ((stream: SelectedStream) => (text: string) => string | null) | null;
  /** Takes the events that a stream reads anyway; null if no other stream needs them. */
  readonly onEvents: ((events: readonly Row[]) => void) | null;
}

/** The parts from which a run is made. */
interface Parts
  extends Pick<
    Run,
    | 'api'
    | 'config'
    | 'state'
    | 'clock'
    | 'log'
    | 'settle'
    | 'onProgress'
    | 'enough'
    | 'validate'
    | 'onEvents'
  > {
  readonly clocks: Clocks;
  readonly writer: MessageWriter;
  readonly fieldDefinitions?: Definitions;
}

export const createRun = ({ clocks, writer, ...parts }: Parts): Run => ({
  api: parts.api,
  definitions:
    parts.fieldDefinitions ?? createDefinitions({ api: parts.api, page_size: parts.config.page_size }),
  config: parts.config,
  state: parts.state,
  clock: parts.clock,
  log: parts.log,
  now: clocks.now,
  latest: clocks.latest,
  startedAt: clocks.startedAt,
  clocksAgree: clocks.agree,
  show: clocks.show,
  write: (stream, records, extracted, version) => writer.records(stream, records, extracted, version),
  settle: parts.settle,
  onProgress: parts.onProgress,
  enough: parts.enough,
  validate: parts.validate,
  onEvents: parts.onEvents,
});
