import type { Clock } from '../clock.ts';
import { createDefinitions, type Definitions } from '../close/definitions.ts';
import type { Row } from '../close/row.ts';
import type { Api } from '../close/walk.ts';
import type { Config } from '../config/config.ts';
import type { SelectedStream } from '../singer/selection.ts';
import type { State } from '../singer/state.ts';
import type { MessageWriter, WriteRecord } from '../singer/writer.ts';
import type { Log } from '../terminal/log.ts';
import type { Instant } from '../time/instant.ts';
import type { Clocks } from './clocks.ts';

/** How far a stream has come. */
export interface StreamProgress {
  readonly records: number;
  /** The date of the last written record, if it has one that shows the progress. */
  readonly at?: Instant;
  /** How many records there will be, where the server counts them. */
  readonly expected?: number;
  /** Records that the walk returned, within the range that the server counts. */
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
  /** The present, no later than it is; clocks may disagree. */
  readonly now: () => Instant;
  /** The present, no earlier than it is, as far as can be known. */
  readonly latest: () => Instant;
  /** The run's start, no later than it was. */
  readonly startedAt: () => Instant;
  /** Whether our clock and Close's are near enough to each other to be believed. */
  readonly clocksAgree: () => boolean;
  /** Receives rows as they come: their dates show which clock is wrong. */
  readonly show: (rows: readonly Row[]) => void;
  /** Puts records in front of every state that is written from now on; throws what a record throws. */
  readonly write: (
    stream: string,
    records: Iterable<WriteRecord>,
    extracted: string,
    version: number | undefined,
  ) => void;
  /** Writes whatever state is due, and waits until more records may be put. */
  readonly settle: () => Promise<void>;
  /** Called with what has been written so far. */
  readonly onProgress: (stream: string, now: StreamProgress) => void;
  /** How many records of a stream are enough; null reads everything. */
  readonly enough: number | null;
  readonly validate: ((stream: SelectedStream) => (text: string) => string | null) | null;
  /** Receives the events that a stream reads anyway, when other streams need them. */
  readonly onEvents: ((events: readonly Row[]) => void) | null;
}

/** What a run consists of, before its streams share it. */
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
