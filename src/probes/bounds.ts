import { COARSEST, datedRows } from '../close/paging/dated-rows.ts';
import { counted } from '../json/counted.ts';
import { DAY, type Instant } from '../time/instant.ts';
import { formatSecond, parseInstant } from '../time/rfc3339.ts';
import type { Answer } from './answer.ts';
import { DATED_LISTS, type DatedList, firstPage, OPPORTUNITIES, TASKS } from './dated-lists.ts';
import { type Finding, fails, holds, type Probe, unknown } from './probe.ts';
import type { Scope } from './scope.ts';

/**
 * Almost no row has a date this far in the future, and no row is this old. A row outside such a bound shows that Close
 * did not apply the bound.
 */
const AHEAD = 3650 * DAY;
const LONG_AGO: Instant = parseInstant('1980-01-01') ?? 0;

type Side = 'from' | 'until';

/** A bound that almost no row satisfies. */
export const boundOn = (side: Side, scope: Scope): Instant =>
  side === 'from' ? scope.now() + AHEAD : LONG_AGO;

/** Checks the rows of a request with a bound. The filter may be exact only to the minute. */
export const judgeBound = ({ rows }: Answer, field: string, side: Side, bound: Instant): Finding => {
  const dated = datedRows(rows, field);
  const strays = dated.filter(({ at }) => (side === 'from' ? at < bound - COARSEST : at >= bound + COARSEST));
  return strays.length === 0
    ? holds()
    : fails(`${strays.length} of ${counted(dated.length, 'row')} lie outside the bound`);
};

const OPERATORS: Readonly<Record<Side, string>> = { from: 'gte', until: 'lt' };

const tryBound =
  (list: DatedList, field: string, side: Side) =>
  async (scope: Scope): Promise<Finding> => {
    if (datedRows((await firstPage(list, scope)).rows, field).length === 0)
      return unknown('the list has no rows');
    const bound = boundOn(side, scope);
    const query = { ...list.query, [`${field}__${OPERATORS[side]}`]: formatSecond(bound), _limit: '5' };
    return judgeBound(await scope.get(list.path, query), field, side, bound);
  };

const boundProbe = (list: DatedList, side: Side): Probe => ({
  name: list.probe(side),
  assumes: `${list.path} applies ${list.field}__${OPERATORS[side]}`,
  ifFalse:
    'A walk cannot read this list in stretches of time. It stops with a message, and the stream is not read.',
  concerns: list.concerns,
  look: tryBound(list, list.field, side),
});

const changedProbe = (list: DatedList): Probe => ({
  name: list.probe('changed-from'),
  assumes: `${list.path} applies date_updated__gte`,
  ifFalse: 'Each run reads the whole list, and leaves out the rows that have not changed.',
  handledBy: 'close/walks/by-created.ts',
  concerns: list.concerns,
  look: tryBound(list, 'date_updated', 'from'),
});

/** Whether each list that is filtered by a date applies both bounds. */
export const boundProbes: readonly Probe[] = [
  ...DATED_LISTS.flatMap((list) => [boundProbe(list, 'from'), boundProbe(list, 'until')]),
  changedProbe(TASKS),
  changedProbe(OPPORTUNITIES),
];
