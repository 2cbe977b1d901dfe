import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../config/config.ts';
import type { ObjectSchema } from '../json/schema-types.ts';
import { DELETED_AT, EXTRA, MERGED_INTO } from '../own-columns.ts';
import { replicationKeyOf } from '../singer/catalog.ts';
import { columnDigest, GONE } from '../singer/column-notes.ts';
import { fieldPaths } from '../singer/field-paths.ts';
import { listNames } from '../singer/list-names.ts';
import type { SelectedStream } from '../singer/selection.ts';
import type { State } from '../singer/state.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';
import type { Log } from '../terminal/log.ts';
import { accountTypes } from './known-columns.ts';

/** Older rows need no values in these columns: they were not deleted, and every value had a column. */
const NEVER_LACKING: ReadonlySet<string> = new Set([DELETED_AT, MERGED_INTO, EXTRA]);

const pathsOf = ({ properties }: ObjectSchema): readonly string[] =>
  fieldPaths(properties)
    .filter(([top = '']) => !NEVER_LACKING.has(top))
    .map((path) => path.join('.'));

/** Names the new columns, but not those inside a new one. After a custom field, it adds the name that people use. */
const named = (added: readonly string[], { properties }: ObjectSchema): string => {
  const tops = added.filter((path) => !added.some((holder) => path.startsWith(`${holder}.`)));
  const names = tops.map((path) => {
    const title = properties[path]?.title;
    return title === undefined ? path : `${path} (${title})`;
  });
  return listNames(names);
};

export interface ColumnsOptions {
  readonly selected: readonly SelectedStream[];
  readonly definitions: readonly StreamDefinition[];
  readonly state: State;
  readonly config: Pick<Config, 'backfill_new_columns'>;
  readonly log: Log;
}

/**
 * Finds, before a run begins, each stream that has new columns: its rows up to the bookmark lack them. It warns once; or it
 * makes the run read the stream again from the start, if `backfill_new_columns` is set. Then it notes the columns of this
 * run in the state. If a state has no columns, because it is from another tap for example, there is no warning.
 */
export const noticeNewColumns = ({ selected, definitions, state, config, log }: ColumnsOptions): void => {
  for (const { name, schema, replication } of selected) {
    const definition = definitions.find((one) => one.name === name);
    if (!definition) continue;
    const key = replicationKeyOf(replication);
    const { changes_since, columns: known, resume, rows_seen } = state.notes(name);
    const { seen = null, types = {} } = known ?? {};
    const reportedGone = Object.fromEntries(Object.entries(types).filter(([, word]) => word === GONE));
    const paths = key === null ? [] : pathsOf(schema);
    const digests = paths.map(columnDigest);
    const columns = {
      seen: key === null ? null : new Set(digests),
      types: { ...types, ...accountTypes(schema, definition), ...reportedGone },
    };
    const hasRows = key !== null && (state.instant(name, key) !== null || resume !== null);
    const added = hasRows && seen !== null ? paths.filter((_, index) => !seen.has(digests[index] ?? '')) : [];
    const refills = added.length > 0 && config.backfill_new_columns;
    const isWorthNoting = key !== null || Object.keys(columns.types).length > 0;
    if (!refills && isWorthNoting) state.note(name, { columns, refill: null });
    if (added.length === 0) continue;
    const what = `new since the last run: ${named(added, schema)}`;
    if (!refills) {
      log.warning(
        `${what}. Older rows have no values in them. To fill them, read the stream again: tap-closeio state reset ` +
          `--state FILE ${name}; or set backfill_new_columns`,
        name,
      );
      continue;
    }
    log.info(`${what}. This run reads the stream again from start_date, to fill them in older rows`, name);
    // If the stream is a list that is read whole, no row counts as known now, so all rows are emitted.
    const start = { changes_since, columns, rows_seen: rows_seen === null ? null : new Set<string>() };
    state.beginRefill(name, start, (left) => isDeepStrictEqual(left.columns?.seen, columns.seen));
  }
};
