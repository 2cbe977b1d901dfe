import { UsageError } from '../errors.ts';
import type { StreamDescription } from '../singer/catalog.ts';
import type { Catalog } from '../singer/parse-catalog.ts';
import { type SelectPattern, selectByPatterns } from '../singer/select-patterns.ts';
import { type Selection, selectStreams } from '../singer/selection.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';
import { mayNameAccountColumns } from './account-columns.ts';

/** What the user chose to read: by patterns, by a catalog, or not at all. Patterns count more than the catalog. */
export interface Chooser {
  readonly patterns: readonly SelectPattern[];
  readonly catalog: Catalog | null;
  /** The name of the catalog file, for messages. */
  readonly catalogFile?: string | undefined;
}

/**
 * Decides which of the available streams and columns to read.
 * @param unasked streams whose own columns are not known yet; a pattern that may name one of them is not a mistake
 * @throws UsageError with a line for each pattern that matches nothing, or for each mistake in the catalog
 */
export const choose = (
  available: readonly StreamDescription[],
  { patterns, catalog, catalogFile = 'catalog' }: Chooser,
  unasked: readonly StreamDefinition[],
): Selection => {
  const chosen =
    patterns.length === 0
      ? { catalog, problems: [] }
      : selectByPatterns(available, patterns, (stream, pattern) =>
          unasked.some(
            (definition) => definition.name === stream && mayNameAccountColumns(pattern, definition),
          ),
        );
  if (chosen.problems.length > 0) throw new UsageError(chosen.problems);
  const selection = selectStreams(available, chosen.catalog);
  if (selection.problems.length === 0) return selection;
  throw new UsageError(selection.problems.map((problem) => `${catalogFile}: ${problem}`));
};
