import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../config/config.ts';
import type { ObjectSchema } from '../json/schema-types.ts';
import { DELETED_AT, EXTRA, MERGED_INTO } from '../own-columns.ts';
import { columnDigest, GONE } from '../singer/column-notes.ts';
import { fieldPaths } from '../singer/field-paths.ts';
import { replicationKeyOf } from '../singer/replication-key.ts';
import type { SelectedStream } from '../singer/selection.ts';
import type { State } from '../singer/state.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';
import type { Log } from '../terminal/log.ts';
import { accountTypes } from './known-columns.ts';

const MOST_NAMED = 5;

/** Older rows rightly lack these columns: the rows were not deleted, and had no values without a column. */
const NEVER_LACKING: ReadonlySet<string> = new Set([DELETED_AT, MERGED_INTO, EXTRA]);

const pathsOf = ({ properties }: ObjectSchema): readonly string[] =>
  fieldPaths(properties)
    .filter(([top = '']) => !NEVER_LACKING.has(top))
    .map((path) => path.join('.'));

/** Names the columns that are new as a whole. Custom fields are followed by the name that people use. */
const named = (added: readonly string[], { properties }: ObjectSchema): string => {
  const tops = added.filter((path) => !added.some((holder) => path.startsWith(`${holder}.`)));
  const names = tops.slice(0, MOST_NAMED).map((path) => {
    const title = properties[path]?.title;
    return title === undefined ? path : `${path} (${title})`;
  });
  const more = tops.length - names.length;
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};

export interface ColumnsOptions {
  readonly selected: readonly SelectedStream[];
  readonly definitions: readonly StreamDefinition[];
  readonly state: State;
  readonly config: Pick<Config, 'backfill_new_columns'>;
  readonly log: Log;
}

/**
 * Finds, before a run begins, each stream with new columns: its rows up to the bookmark lack them. It says so once, or
 * makes the run read the stream again from the start if the user wants that. The state then has the columns of this
 * run. A state without columns, such as one from another tap, gives no message.
 */
export const noticeNewColumns = ({ selected, definitions, state, config, log }: ColumnsOptions): void => {
  for (const { name, schema, replication } of selected) {
    const definition = definitions.find((one) => one.name === name);
    if (!definition) continue;
    const key = replicationKeyOf(replication);
    const { changes_since, columns: known, resume, rows_seen } = state.notes(name);
    const { seen = null, types = {} } = known ?? {};
    const told = Object.fromEntries(Object.entries(types).filter(([, word]) => word === GONE));
    const paths = key === null ? [] : pathsOf(schema);
    const digests = paths.map(columnDigest);
    const columns = {
      seen: key === null ? null : new Set(digests),
      types: { ...types, ...accountTypes(schema, definition), ...told },
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
        `${what}. Rows that were read before lack them. To fill them, read all of it again: tap-closeio state reset ` +
          `--state FILE ${name}; or set backfill_new_columns`,
        name,
      );
      continue;
    }
    log.info(`${what}. All of it is read again from start_date, once, to fill them in older rows`, name);
    // For a list that is read whole, no row counts as known then, so all rows are emitted.
    const start = { changes_since, columns, rows_seen: rows_seen === null ? null : new Set<string>() };
    state.beginRefill(name, start, (left) => isDeepStrictEqual(left.columns?.seen, columns.seen));
  }
};
