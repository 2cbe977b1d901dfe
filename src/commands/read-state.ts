import { State } from '../singer/state.ts';
import { readStateFile } from '../state-file/read-state-file.ts';
import { streams } from '../streams/index.ts';
import { knownBookmarks } from '../tap/known-bookmarks.ts';

/** The state in a file, and warnings about it. The state is empty if no file is named. */
export const readState = async (
  file: string | undefined,
  signal: AbortSignal,
): Promise<{ readonly state: State; readonly warnings: readonly string[] }> => {
  const { json, warnings } =
    file === undefined ? { json: {}, warnings: [] } : await readStateFile(file, signal);
  const parsed = State.parse(json, file ?? 'state', knownBookmarks(streams));
  const isStrange = parsed.state.isOfOthersThan(streams.map(({ name }) => name));
  const others = parsed.state.streams.join(', ');
  const strange = `${file}: the state has only streams of other taps (${others}), so every stream is read from start_date`;
  return {
    state: parsed.state,
    warnings: [...warnings, ...parsed.warnings, ...(isStrange ? [strange] : [])],
  };
};
