import type { SelectedStream } from '../singer/selection.ts';

/** The order of the streams: first the one that an interrupted run was reading, then those after it, then the rest. */
export const fromCurrent = (
  selected: readonly SelectedStream[],
  current: string | null,
): SelectedStream[] => {
  const at = selected.findIndex(({ name }) => name === current);
  return at <= 0 ? [...selected] : [...selected.slice(at), ...selected.slice(0, at)];
};
