import { replicationKeyOf } from '../singer/catalog.ts';
import type { SelectedStream } from '../singer/selection.ts';
import type { State } from '../singer/state.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';
import type { Instant } from '../time/instant.ts';
import { formatSecond } from '../time/rfc3339.ts';
import { fromCurrent } from './tables.ts';

/** What a run is going to do with a stream. */
export interface PlannedStream {
  readonly name: string;
  /** The bookmark; null if the stream is read from the start, or has none. */
  readonly from: Instant | null;
  /** Whether everything is read every time. */
  readonly isWhole: boolean;
  /** Whether the newest rows are read first. */
  readonly newestFirst: boolean;
}

/** The streams that a run is going to read, in their order. */
export const planOf = (
  selected: readonly SelectedStream[],
  definitions: readonly StreamDefinition[],
  state: State,
): PlannedStream[] =>
  fromCurrent(selected, state.currentlySyncing).map(({ name, replication }) => {
    const key = replicationKeyOf(replication);
    return {
      name,
      from: key === null ? null : state.instant(name, key),
      isWhole: key === null,
      newestFirst: definitions.some((definition) => definition.name === name && definition.walk.newestFirst),
    };
  });

const describeStream = ({ name, from, isWhole }: PlannedStream): string => {
  if (isWhole) return `${name} as a whole`;
  return from === null ? `${name} from the start` : `${name} from ${formatSecond(from)}`;
};

/** Describes the plan as `leads from 2026-01-01T00:00:00Z, tasks from the start`, for the first line of the log. */
export const describePlan = (plan: readonly PlannedStream[]): string =>
  plan.map(describeStream).join(', ') || 'nothing is selected';
