/** So many names are shown. */
export const MOST_NAMED = 5;

/**
 * Names in a sentence, such as those of streams or fields: `leads, tasks and 3 more`.
 * @param count how many there are, if these are only the first
 */
export const listNames = (names: readonly string[], count = names.length): string => {
  const shown = names.slice(0, MOST_NAMED);
  const more = count - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};
