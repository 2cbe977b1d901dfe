/**
 * Which of the fields a server refuses, by asking with ever fewer of them. A list that is refused as a whole and not in
 * its parts is too long, and has no refused field.
 * @param accepts whether the server takes these fields; asked about twice for each halving
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

/** The fields in as few lists as the server takes, none of them longer than `most`. */
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
