import { UsageError } from '../errors.ts';
import type { Catalog, StreamDescription } from '../singer/catalog.ts';
import { type SelectPattern, selectByPatterns } from '../singer/select-patterns.ts';
import { type Selection, selectStreams } from '../singer/selection.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';
import { mayNameAccountColumns } from './account-columns.ts';

/**
 * What to read: what the patterns say, or without any, the catalog.
 * @param unasked streams whose columns the account has yet to be asked for; patterns that may name them pass
 * @throws UsageError with a line for each pattern that matches nothing
 */
export const choose = (
  available: readonly StreamDescription[],
  { patterns, catalog }: { readonly patterns: readonly SelectPattern[]; readonly catalog: Catalog | null },
  unasked: readonly StreamDefinition[],
): Selection => {
  if (patterns.length === 0) return selectStreams(available, catalog);
  const chosen = selectByPatterns(available, patterns, (stream, pattern) =>
    unasked.some((definition) => definition.name === stream && mayNameAccountColumns(pattern, definition)),
  );
  if (chosen.problems.length > 0) throw new UsageError(chosen.problems);
  return selectStreams(available, chosen.catalog);
};
