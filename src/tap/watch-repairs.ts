import type { ConformOptions, Repair } from '../schema/conform.ts';
import { MOST_DEPTH } from '../schema/open-data.ts';

const describeRepair = ({ kind, column }: Repair): string =>
  kind === 'deep'
    ? `a value is nested more than ${MOST_DEPTH} levels deep; it is kept as text`
    : `the column ${column} could not be converted; it is null, and Close's value is in _extra`;

/** Warns, once for each kind of problem, which row has a value that does not fit its column. */
export const watchRepairs = (warn: (message: string) => void): NonNullable<ConformOptions['onRepair']> => {
  const warned = new Set<string>();
  return ({ id }, repair) => {
    const what = describeRepair(repair);
    if (warned.has(what)) return;
    warned.add(what);
    warn(`${id}: ${what}`);
  };
};
