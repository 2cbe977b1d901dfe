/**
 * Calls `work` for each item, with no more than `most` calls at once. After a failure it begins nothing new, waits for
 * what is under way, and rejects with the first failure.
 */
export const concurrently = async <Item>(
  items: readonly Item[],
  most: number,
  work: (item: Item) => Promise<void>,
): Promise<void> => {
  const pending = items.values();
  const failures: unknown[] = [];
  const worker = async (): Promise<void> => {
    for (const item of pending) {
      if (failures.length > 0) return;
      await work(item).catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(most, items.length)) }, worker));
  if (failures.length > 0) throw failures[0];
};
