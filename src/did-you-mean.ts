/** The name that somebody who wrote `text` probably meant, or null: at most a third of it may be wrong. */
export const closest = (text: string, names: readonly string[]): string | null => {
  const normal = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');
  let best: { readonly name: string; readonly wrong: number } | null = null;
  for (const name of names) {
    const wrong = distance(normal(text), normal(name));
    if (wrong <= name.length / 3 && wrong < (best?.wrong ?? Number.POSITIVE_INFINITY)) best = { name, wrong };
  }
  return best?.name ?? null;
};

/** How many letters must be added, removed or changed to make one text of the other (Levenshtein). */
const distance = (from: string, to: string): number => {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [at, letter] of [...from].entries()) {
    const next = [at + 1];
    for (const [column, other] of [...to].entries()) {
      const changed = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(changed, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
};
