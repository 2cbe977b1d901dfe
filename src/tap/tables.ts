import type { SelectedStream } from '../singer/selection.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';

/** The order of the streams: first the one that an interrupted run was reading, then those after it, then the rest. */
export const fromCurrent = (
  selected: readonly SelectedStream[],
  current: string | null,
): SelectedStream[] => {
  const at = selected.findIndex(({ name }) => name === current);
  return at <= 0 ? [...selected] : [...selected.slice(at), ...selected.slice(0, at)];
};

/** A stream of the run, and the definition of its table. */
export interface Table {
  readonly selected: SelectedStream;
  readonly definition: StreamDefinition;
}

/** The tables of a run, in the order in which they are read. */
export const tablesOf = (
  selected: readonly SelectedStream[],
  definitions: readonly StreamDefinition[],
  current: string | null,
): readonly Table[] =>
  fromCurrent(selected, current).map((stream) => {
    const definition = definitions.find(({ name }) => name === stream.name);
    if (!definition) throw new Error(`no stream ${stream.name}`);
    return { selected: stream, definition };
  });
