import { createChanges } from '../close/changes.ts';
import type { Row } from '../close/row.ts';
import type { Config } from '../config/config.ts';
import { replicationKeyOf } from '../singer/catalog.ts';
import type { State } from '../singer/state.ts';
import type { Instant } from '../time/instant.ts';
import { followChanges, followsChanges } from './follow-changes.ts';
import type { Followed } from './late-rows.ts';
import { type OpenStream, readChangesSince } from './open-stream.ts';
import type { Run } from './run.ts';
import type { Table } from './tables.ts';
import { createWritten, sinceOf } from './written.ts';

/** Collects changes while a run reads. At the end, it emits what the walks have missed. */
export interface LateChanges {
  /** Receives the events that a stream reads anyway; null when no stream needs them. */
  readonly onEvents: ((events: readonly Row[]) => void) | null;
  /** @returns a function that is called with what is written of the stream */
  follow(stream: OpenStream, run: Run): (rows: readonly Row[]) => void;
  /** To be called when a stream has been read. If it is the event log, its events need not be asked for again. */
  haveRead(stream: OpenStream): void;
  /** Emits the changes that were missed, for each stream that is complete. */
  emit(
    isComplete: (stream: string) => boolean,
    run: Run,
    onFailure: (stream: string, error: unknown) => void,
  ): Promise<void>;
}

export const createLateChanges = (
  tables: readonly Table[],
  options: { readonly config: Config; readonly state: State; readonly enough: number | null },
  startedAt: () => Instant,
): LateChanges => {
  const following = tables.flatMap(({ selected, definition }) => {
    const key = replicationKeyOf(selected.replication);
    if (definition.objectType === undefined || !followsChanges({ selected, definition, key }, options))
      return [];
    return [{ definition, changesSince: readChangesSince(definition, key, options.state) }];
  });
  const changes = createChanges(
    following.map(({ definition: { objectType: type = '', changedThrough = [] } }) => ({
      type,
      changedThrough,
    })),
  );
  // A first run follows only changes during the run, and changes that an index may lack. Those of a month would need too
  // much memory.
  const since = (): Instant => Math.min(...following.map((stream) => sinceOf(stream, startedAt())));
  const followed: Followed[] = [];
  let eventsFrom = Number.POSITIVE_INFINITY;

  return {
    onEvents: following.length > 0 ? (events) => changes.add(events, since()) : null,
    follow: (stream, run) => {
      if (!followsChanges(stream, run)) return () => {};
      const written = createWritten(stream, run);
      followed.push({ stream, written });
      return written.add;
    },
    haveRead: ({ definition, books }) => {
      if (definition.showsChanges && books.range.finished.length === 0) eventsFrom = books.range.from;
    },
    emit: async (isComplete, run, onFailure) => {
      const complete = followed.filter(({ stream }) => isComplete(stream.definition.name));
      try {
        await followChanges(complete, changes, eventsFrom, run, onFailure);
      } catch (error) {
        for (const { stream } of complete) onFailure(stream.definition.name, error);
      }
    },
  };
};
