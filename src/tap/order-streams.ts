import type { SelectedStream } from '../singer/selection.ts';

/** The order of the streams: where an interrupted run was busy first, then round from there. */
export const fromCurrent = (
  selected: readonly SelectedStream[],
  current: string | null,
): SelectedStream[] => {
  const at = selected.findIndex(({ name }) => name === current);
  return at <= 0 ? [...selected] : [...selected.slice(at), ...selected.slice(0, at)];
};
