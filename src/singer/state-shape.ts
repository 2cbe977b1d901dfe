const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Whether a line of JSON among others is a state: an object with bookmarks, by itself, in a STATE message, or as Meltano
 * wraps it. Targets print other things too, and `{}` for want of anything; none of them is to pass for a state.
 */
export const holdsBookmarks = (value: unknown): boolean => {
  if (!isObject(value)) return false;
  if (isObject(value.bookmarks)) return true;
  return holdsBookmarks(value.type === 'STATE' ? value.value : value.singer_state);
};
