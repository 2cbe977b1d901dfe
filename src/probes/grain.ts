import { COARSEST, type Dated, datedRows } from '../close/paging/dated-rows.ts';
import { floorSecond, type Instant, MINUTE, SECOND } from '../time/instant.ts';
import { formatInstant, formatSecond } from '../time/rfc3339.ts';
import { type Span, secondOf } from '../time/span.ts';
import type { Answer } from './answer.ts';
import { ACTIVITIES, type DatedList, EVENTS, firstPage, TASKS } from './dated-lists.ts';
import { type Finding, fails, holds, type Probe, together, unknown } from './probe.ts';
import type { Scope } from './scope.ts';

const LISTS: readonly DatedList[] = [ACTIVITIES, TASKS, EVENTS];
const FULL = '100';

/** A row with older and newer ones around it, by which an ignored bound would show. */
export const amidst = (dated: readonly Dated[], isFit: (at: Instant) => boolean): Dated | null => {
  const times = dated.map(({ at }) => at);
  const [oldest, newest] = [Math.min(...times), Math.max(...times)];
  const fit = dated.filter(({ at }) => at > oldest + 2 * MINUTE && at < newest - 2 * MINUTE && isFit(at));
  return fit[Math.floor(fit.length / 2)] ?? null;
};

const NOTHING_FIT = unknown('no row lies amidst older and newer ones');
const IGNORED = unknown('the bounds are not applied at all');

const between = (list: DatedList, from: string, to: Instant, scope: Scope): Promise<Answer> => {
  const bounds = { [`${list.field}__gte`]: from, [`${list.field}__lt`]: formatSecond(to) };
  const limit = String(Math.min(Number(FULL), list.limit));
  return scope.get(list.path, { ...list.query, ...bounds, _limit: limit });
};

const has = ({ rows }: Answer, { row, at }: Dated, field: string): boolean =>
  datedRows(rows, field).some((one) => one.row.id === row.id && one.at === at);

const strayed = ({ rows }: Answer, field: string, span: Span, by: number): boolean =>
  datedRows(rows, field).some(({ at }) => at < span.from - by || at >= span.to + by);

/** Whether a page shows all that there is: what it lacks is not there. */
const isWhole = (answer: Answer): boolean => answer.hasMore === false || answer.cursor === null;

const trySeconds =
  (scope: Scope) =>
  async (list: DatedList): Promise<Finding> => {
    const row = amidst(datedRows((await firstPage(list, scope)).rows, list.field), () => true);
    if (!row) return NOTHING_FIT;
    const second = secondOf(row.at);
    const exact = await between(list, formatSecond(second.from), second.to, scope);
    if (strayed(exact, list.field, second, COARSEST)) return IGNORED;
    if (strayed(exact, list.field, second, 0)) return fails(`${list.path} knows minutes only`);
    if (has(exact, row, list.field)) return holds(list.path);
    const wide: Span = {
      from: Math.floor(row.at / MINUTE) * MINUTE,
      to: (Math.floor(row.at / MINUTE) + 1) * MINUTE,
    };
    const around = await between(list, formatSecond(wide.from), wide.to, scope);
    return isWhole(exact) && has(around, row, list.field)
      ? fails(`${list.path} knows minutes only`)
      : unknown('the row that was asked for has changed');
  };

const tryMicroseconds =
  (scope: Scope) =>
  async (list: DatedList): Promise<Finding> => {
    const hasFraction = (at: Instant): boolean => at !== floorSecond(at);
    const row = amidst(datedRows((await firstPage(list, scope)).rows, list.field), hasFraction);
    if (!row) return NOTHING_FIT;
    const end = floorSecond(row.at) + SECOND;
    const behind = await between(list, formatInstant(row.at + 1), end, scope);
    if (strayed(behind, list.field, { from: row.at, to: end }, COARSEST)) return IGNORED;
    const early = datedRows(behind.rows, list.field).some(({ at }) => at <= row.at);
    if (early) return fails(`${list.path} is coarser than a microsecond`);
    const from = await between(list, formatInstant(row.at), end, scope);
    return isWhole(behind) && has(from, row, list.field)
      ? holds(list.path)
      : unknown('the row that was asked for did not come');
  };

/** One list after the other, up to one that fails; or up to the first that can tell, where that is enough. */
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
  return together(findings);
};

const isFiltered: Probe['touches'] = (stream) => LISTS.some(({ touches }) => touches(stream));

/** What a bound means to the filters of lists. */
export const grainProbes: readonly Probe[] = [
  {
    name: 'second-bounds',
    assumes: 'A bound on a whole second means just that second, with what happened in it',
    ifFalse:
      'Rows at the edge of a stretch are missing or come twice; the walk notices, and goes by minutes.',
    survivedBy: 'close/paging/date-list.ts',
    touches: isFiltered,
    looksAgain: true,
    look: (scope) => inTurn(trySeconds(scope), ({ kind }) => kind === 'fails'),
  },
  {
    name: 'microsecond-bounds',
    assumes: 'A bound is exact to the microsecond',
    ifFalse: 'Two rows of one second cannot be told apart by a filter. Walks ask by whole seconds only.',
    survivedBy: 'close/paging/date-list.ts',
    touches: isFiltered,
    look: (scope) => inTurn(tryMicroseconds(scope), ({ kind }) => kind !== 'unknown'),
  },
];
