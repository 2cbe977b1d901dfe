import type { Row } from '../close/row.ts';
import { DELETED_AT } from '../own-columns.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';

/** If so many rows all lack a column, that is not chance. */
const ENOUGH_ROWS = 1_000;

/**
 * Warns, once for each column, that Close seems to have stopped sending a column that every row used to have. Usually the
 * first row has all of these columns. Then no other row is looked at.
 * @param columns the columns that were asked for
 */
export const watchColumns = (
  { name, always = [], instead = {} }: StreamDefinition,
  columns: readonly string[],
  warn: (message: string) => void,
): ((rows: readonly Row[]) => void) => {
  let missing = [...always, ...Object.keys(instead)].filter((column) => columns.includes(column));
  let count = 0;
  const warnOf = (column: string): void => {
    const advice = instead[column];
    const rows = `${count.toLocaleString('en-US')} rows`;
    warn(
      advice === undefined
        ? `none of ${rows} has ${name}.${column}: Close may have stopped sending it`
        : `Close no longer sends ${name}.${column}; ${advice} (none of ${rows} has this column)`,
    );
  };
  return (rows) => {
    if (missing.length === 0) return;
    for (const row of rows) {
      // A delete comes from the event log, with the fields that the log still has of the row.
      if (Object.hasOwn(row, DELETED_AT)) continue;
      count += 1;
      missing = missing.filter((column) => !Object.hasOwn(row, column));
      if (missing.length === 0) return;
    }
    if (count < ENOUGH_ROWS) return;
    for (const column of missing) warnOf(column);
    missing = [];
  };
};
