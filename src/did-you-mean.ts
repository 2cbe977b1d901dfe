/** The name that somebody who wrote `text` probably meant; null if more than a third of every name differs. */
export const didYouMean = (text: string, names: readonly string[]): string | null => {
  const normal = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');
  let best: { readonly name: string; readonly wrong: number } | null = null;
  for (const name of names) {
    const wrong = distance(normal(text), normal(name));
    if (wrong <= name.length / 3 && wrong < (best?.wrong ?? Number.POSITIVE_INFINITY)) best = { name, wrong };
  }
  return best?.name ?? null;
};

/** How many letters must be added, removed, changed or swapped with the next one, to turn one text into the other. */
const distance = (from: string, to: string): number => {
  let before: readonly number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let at = 0; at < from.length; at += 1) {
    const next = [at + 1];
    for (let column = 0; column < to.length; column += 1) {
      const changed = (row[column] ?? 0) + (from[at] === to[column] ? 0 : 1);
      const isSwapped = at > 0 && column > 0 && from[at] === to[column - 1] && from[at - 1] === to[column];
      const swapped = isSwapped ? (before[column - 1] ?? 0) + 1 : Number.POSITIVE_INFINITY;
      next.push(Math.min(changed, swapped, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    before = row;
    row = next;
  }
  return row.at(-1) ?? 0;
};
