import type { Clock } from '../clock.ts';
import type { State } from '../singer/state.ts';
import type { MessageWriter } from '../singer/writer.ts';
import type { Log } from '../terminal/log.ts';

/** A state is due after this number of records. */
const RECORDS_PER_STATE = 1_000;
/** A state is also due after this time, in milliseconds. */
const STATE_EVERY_MS = 5_000;
const METRIC_EVERY_MS = 60_000;

export interface PaceOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly state: State;
  readonly writer: MessageWriter;
  /** How many records of each stream have been written. */
  readonly records: ReadonlyMap<string, number>;
  /** The stream to name as the one being read. */
  readonly current: () => string | null;
}

/** Decides when a run writes states and metrics. */
export interface Pace {
  /** Writes the state, and everything that was put before it. */
  writeState(options?: { readonly force?: boolean }): Promise<void>;
  /** Writes the states and metrics that are due, and waits until there is room for more records. */
  settle(): Promise<void>;
  /** Logs how many records came since the last time. At the end, it also logs streams that had none. */
  measure(time: 'meanwhile' | 'last'): void;
  /**
   * Writes a state when it is due, even when no stream has anything to write. All streams may be waiting for a rate
   * limit, and the state must still show what was written before. It continues until the signal.
   */
  keepStating(signal: AbortSignal): Promise<void>;
}

export const createPace = ({ clock, log, state, writer, records, current }: PaceOptions): Pace => {
  const counted = new Map<string, number>();
  let statedAt = clock.now();
  let measuredAt = clock.now();

  const writeState: Pace['writeState'] = async (options) => {
    state.currentlySyncing = current();
    statedAt = clock.now();
    await writer.state(state.snapshot(), options);
    await writer.flush();
  };

  const measure: Pace['measure'] = (time) => {
    measuredAt = clock.now();
    for (const [stream, total] of records) {
      const value = total - (counted.get(stream) ?? 0);
      // Each counter starts at zero again, so it has nothing new to say about a stream without new records.
      if (value === 0 && (time === 'meanwhile' || counted.has(stream))) continue;
      counted.set(stream, total);
      log.metric({ type: 'counter', metric: 'record_count', value, tags: { stream, endpoint: stream } });
    }
  };

  return {
    writeState,
    measure,
    settle: async () => {
      await writer.room();
      if (writer.recordsSinceState >= RECORDS_PER_STATE || clock.now() - statedAt >= STATE_EVERY_MS)
        await writeState();
      if (clock.now() - measuredAt >= METRIC_EVERY_MS) measure('meanwhile');
    },
    keepStating: async (signal) => {
      while (!signal.aborted) {
        const wait = statedAt + STATE_EVERY_MS - clock.now();
        if (wait <= 0 && writer.recordsSinceState > 0) await writeState();
        else await clock.sleep(wait > 0 ? wait : STATE_EVERY_MS, signal).catch(() => undefined);
      }
    },
  };
};
