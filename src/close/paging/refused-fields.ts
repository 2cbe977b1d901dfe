/**
 * Finds out which fields a server refuses, by asking for the halves of a refused list. If both halves of a list are
 * accepted, the list is only too long, and no field of it is refused.
 * @param accepts asks the server for these fields; it is called about twice for each halving
 */
export const refusedAmong = async (
  fields: readonly string[],
  accepts: (fields: readonly string[]) => Promise<boolean>,
): Promise<readonly string[]> => {
  if (fields.length === 0 || (await accepts(fields))) return [];
  if (fields.length === 1) return fields;
  const middle = Math.ceil(fields.length / 2);
  const first = await refusedAmong(fields.slice(0, middle), accepts);
  return [...first, ...(await refusedAmong(fields.slice(middle), accepts))];
};

/**
 * Divides the fields into as few lists as the server accepts, none of them longer than `most`. A refused field is in
 * none.
 */
export const portionsOf = async (
  fields: readonly string[],
  most: number,
  accepts: (fields: readonly string[]) => Promise<boolean>,
): Promise<readonly (readonly string[])[]> => {
  if (fields.length === 0) return [];
  if (fields.length <= most && (await accepts(fields))) return [fields];
  if (fields.length === 1) return [];
  const middle = Math.min(most, Math.ceil(fields.length / 2));
  const first = await portionsOf(fields.slice(0, middle), most, accepts);
  return [...first, ...(await portionsOf(fields.slice(middle), most, accepts))];
};
