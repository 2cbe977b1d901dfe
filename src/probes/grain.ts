import { COARSEST, type Dated, datedRows } from '../close/paging/dated-rows.ts';
import { floorSecond, type Instant, MINUTE, SECOND } from '../time/instant.ts';
import { formatInstant, formatSecond } from '../time/rfc3339.ts';
import { type Span, secondOf } from '../time/span.ts';
import type { Answer } from './answer.ts';
import { ACTIVITIES, type DatedList, EVENTS, firstPage, TASKS } from './dated-lists.ts';
import { combine, type Finding, fails, holds, type Probe, unknown } from './probe.ts';
import type { Scope } from './scope.ts';

const LISTS: readonly DatedList[] = [ACTIVITIES, TASKS, EVENTS];
const FULL = 100;

/**
 * A row at least two minutes from the oldest and the newest one. If a bound next to it is ignored, the rows on its other
 * side show that.
 */
export const rowBetween = (dated: readonly Dated[], isFit: (at: Instant) => boolean): Dated | null => {
  const times = dated.map(({ at }) => at);
  const [oldest, newest] = [Math.min(...times), Math.max(...times)];
  const fit = dated.filter(({ at }) => at > oldest + 2 * MINUTE && at < newest - 2 * MINUTE && isFit(at));
  return fit[Math.floor(fit.length / 2)] ?? null;
};

export const NO_ROW_FITS = unknown('no row has both older and newer rows beside it');
const IGNORED = unknown('Close does not apply the bounds at all');

/** Asks a list for its rows from one date up to another. @param from as text, since it may be more exact than a second */
const between = (list: DatedList, from: string, to: Instant, scope: Scope): Promise<Answer> => {
  const bounds = { [`${list.field}__gte`]: from, [`${list.field}__lt`]: formatSecond(to) };
  const limit = String(Math.min(FULL, list.limit));
  return scope.get(list.path, { ...list.query, ...bounds, _limit: limit });
};

/** Whether an answer has the row with the same date. */
export const has = ({ rows }: Answer, { row, at }: Dated, field: string): boolean =>
  datedRows(rows, field).some((one) => one.row.id === row.id && one.at === at);

/** Whether a row lies outside the span by more than `by` microseconds. */
const strayed = ({ rows }: Answer, field: string, span: Span, by: number): boolean =>
  datedRows(rows, field).some(({ at }) => at < span.from - by || at >= span.to + by);

/** Whether the page is the only one: then a row that is not on it does not exist. */
const isWhole = (answer: Answer): boolean => answer.hasMore === false || answer.cursor === null;

const trySeconds =
  (scope: Scope) =>
  async (list: DatedList): Promise<Finding> => {
    const row = rowBetween(datedRows((await firstPage(list, scope)).rows, list.field), () => true);
    if (!row) return NO_ROW_FITS;
    const second = secondOf(row.at);
    const exact = await between(list, formatSecond(second.from), second.to, scope);
    if (strayed(exact, list.field, second, COARSEST)) return IGNORED;
    if (strayed(exact, list.field, second, 0)) return fails(`${list.path} filters by whole minutes`);
    if (has(exact, row, list.field)) return holds(list.path);
    const wide: Span = {
      from: Math.floor(row.at / MINUTE) * MINUTE,
      to: (Math.floor(row.at / MINUTE) + 1) * MINUTE,
    };
    const around = await between(list, formatSecond(wide.from), wide.to, scope);
    return isWhole(exact) && has(around, row, list.field)
      ? fails(`${list.path} filters by whole minutes`)
      : unknown('the row that was asked for has changed since');
  };

const tryMicroseconds =
  (scope: Scope) =>
  async (list: DatedList): Promise<Finding> => {
    const hasFraction = (at: Instant): boolean => at !== floorSecond(at);
    const row = rowBetween(datedRows((await firstPage(list, scope)).rows, list.field), hasFraction);
    if (!row) return NO_ROW_FITS;
    const end = floorSecond(row.at) + SECOND;
    const behind = await between(list, formatInstant(row.at + 1), end, scope);
    if (strayed(behind, list.field, { from: row.at, to: end }, COARSEST)) return IGNORED;
    const early = datedRows(behind.rows, list.field).some(({ at }) => at <= row.at);
    if (early) return fails(`${list.path} filters less exactly than by microseconds`);
    const from = await between(list, formatInstant(row.at), end, scope);
    return isWhole(behind) && has(from, row, list.field)
      ? holds(list.path)
      : unknown('the row that was asked for did not come');
  };

/** Tries one list after the other, until a finding is enough. */
const inTurn = async (
  tryOne: (list: DatedList) => Promise<Finding>,
  isEnough: (finding: Finding) => boolean,
): Promise<Finding> => {
  const findings: Finding[] = [];
  for (const list of LISTS) {
    const finding = await tryOne(list);
    findings.push(finding);
    if (isEnough(finding)) break;
  }
  return combine(findings);
};

const isFiltered: Probe['concerns'] = (stream) => LISTS.some(({ concerns }) => concerns(stream));

/** How exact the date filters of lists are. */
export const grainProbes: readonly Probe[] = [
  {
    name: 'second-bounds',
    assumes: 'A filter from one second to the next returns just the rows of that second',
    ifFalse:
      'Rows at the edge of a stretch of time are missing or come twice. The walk notices it, and asks by minutes.',
    handledBy: 'close/paging/date-list.ts',
    concerns: isFiltered,
    looksAgain: true,
    look: (scope) => inTurn(trySeconds(scope), ({ kind }) => kind === 'fails'),
  },
  {
    name: 'microsecond-bounds',
    assumes: 'A filter is exact to the microsecond',
    ifFalse: 'A filter cannot tell two rows of one second apart. Walks ask by whole seconds only.',
    handledBy: 'close/paging/date-list.ts',
    concerns: isFiltered,
    look: (scope) => inTurn(tryMicroseconds(scope), ({ kind }) => kind !== 'unknown'),
  },
];
