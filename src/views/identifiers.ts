/** PostgreSQL cuts names after this many bytes. Then two columns could get the same name. */
const MOST_BYTES = 63;
/** This many characters of a field's id distinguish it from other fields with the same name. */
const TAIL = 8;

/** A name in SQL, with any characters. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A text in SQL. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** The first characters of the name that fit into so many bytes. */
const cut = (name: string, bytes: number): string => {
  let size = 0;
  let kept = '';
  for (const character of name) {
    size += Buffer.byteLength(character);
    if (size > bytes) break;
    kept += character;
  }
  return kept.replace(/_+$/, '');
};

/** A field's title as a column name without quotes: `Größe (m²)` is `größe_m2`. Empty if no letter or digit is left. */
const wordOf = (title: string): string => {
  const plain = title
    .toWellFormed()
    .normalize('NFKC')
    .toLowerCase()
    // Removes marks that only turn a character into a picture.
    .replace(/\p{Me}|\p{Variation_Selector}/gu, '')
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, '_')
    .replace(/^_+|_+$/g, '');
  if (!/[\p{L}\p{N}]/u.test(plain)) return '';
  return cut(/^\p{L}/u.test(plain) ? plain : `_${plain}`, MOST_BYTES);
};

/** A column that is named by an id, and the name that people use. */
export interface TitledColumn {
  readonly column: string;
  readonly title: string;
  readonly id: string;
}

/**
 * A name for each of these columns that people know. If several columns have the name, or it is taken, each of them gets
 * a part of its id after it. So no column takes the name of another when a field is added or removed. A column keeps its
 * own name when its title has no letter or digit.
 * @param taken the other columns of the table
 * @returns the names by column. Each is valid, has at most 63 bytes, and is used once only
 */
export const nameColumns = (
  columns: readonly TitledColumn[],
  taken: readonly string[],
): ReadonlyMap<string, string> => {
  const words = columns.map(({ title }) => wordOf(title));
  const others = new Set(
    [...taken, ...columns.map(({ column }) => column)].map((name) => name.toLowerCase()),
  );
  const used = new Set(others);
  const names = new Map<string, string>();
  const give = (column: string, name: string): void => {
    used.add(name);
    names.set(column, name);
  };
  const isUnique = (word: string): boolean =>
    word !== '' && !others.has(word) && words.filter((other) => other === word).length === 1;
  columns.forEach(({ column }, n) => {
    const word = words[n] ?? '';
    if (isUnique(word)) give(column, word);
  });
  columns.forEach(({ column, id }, n) => {
    if (names.has(column)) return;
    const word = words[n] ?? '';
    const tail = id.slice(0, TAIL).toLowerCase();
    const name = `${cut(word, MOST_BYTES - TAIL - 1)}_${tail}`;
    give(column, word === '' || used.has(name) ? column : name);
  });
  return names;
};
