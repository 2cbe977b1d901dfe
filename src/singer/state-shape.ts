const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Whether a line of JSON is a state. A state is an object with bookmarks: by itself, in a STATE message, or as Meltano
 * wraps it. Targets also print other things, and `{}` when they have nothing. None of these may count as a state.
 */
export const holdsBookmarks = (value: unknown): boolean => {
  if (!isObject(value)) return false;
  if (isObject(value.bookmarks)) return true;
  return holdsBookmarks(value.type === 'STATE' ? value.value : value.singer_state);
};
