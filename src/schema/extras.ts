/** A value that no column holds. */
export interface Extra {
  readonly path: string;
  readonly value: unknown;
}

/** Collected while a record is written; paths are relative to the object or array being written. */
export type Extras = Extra[];

/** Whether there is nothing to keep: Close writes null and "" alike for "none". */
export const isEmpty = (value: unknown): boolean => value === null || value === undefined || value === '';

/** Puts what was collected since `from` one level deeper. */
export const nest = (extras: Extras, from: number, name: string): void => {
  for (const extra of extras.splice(from)) {
    extras.push({ path: extra.path === '' ? name : `${name}.${extra.path}`, value: extra.value });
  }
};

/** The text of the `_extra` column: an object keyed by path. */
export const renderExtras = (extras: Extras): string => {
  // Written by hand: a path may be "__proto__", which an object literal would swallow.
  const members = extras
    .toSorted((a, b) => (a.path < b.path ? -1 : Number(a.path > b.path)))
    .map(({ path, value }) => `${JSON.stringify(path)}:${JSON.stringify(value)}`);
  return `{${members.join(',')}}`;
};
