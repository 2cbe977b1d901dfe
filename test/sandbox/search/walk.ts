import type { Bounds } from '../call.ts';
import type { Column } from '../table.ts';
import type { SearchCursor } from './search-cursor.ts';
import type { Plan, SearchScope } from './search-query.ts';
import type { SearchKey } from './search-view.ts';
import type { Target } from './targets.ts';

export interface Hit {
  readonly target: Target;
  readonly ordinal: number;
  readonly values: readonly number[];
}

/** The next results of a search in order, from all its tables, after a cursor. */
export function walk(
  plan: Plan,
  keys: readonly SearchKey[],
  scope: SearchScope,
  cursor: SearchCursor | undefined,
  limit: number,
  skipTies: boolean,
): Hit[] {
  const hits = plan.targets.flatMap((target) => {
    const { index, start, end } = span(plan, keys, scope, target);
    const from = cursor === undefined ? start : Math.max(start, after(index, target, cursor, skipTies));
    const found: Hit[] = [];
    const view = scope.views[target.kind];
    for (let at = from; at < end && found.length < limit; at++) {
      const ordinal = index.at(at);
      if (!plan.test(target, ordinal)) continue;
      found.push({ target, ordinal, values: keys.map((key) => view.value(key.column, ordinal)) });
    }
    return found;
  });
  if (plan.targets.length === 1) return hits;
  return hits.sort((a, b) => compare(a, b, keys)).slice(0, limit);
}

/** How many results there are in total. */
export function total(plan: Plan, keys: readonly SearchKey[], scope: SearchScope): number {
  let sum = 0;
  for (const target of plan.targets) {
    const { index, start, end } = span(plan, keys, scope, target);
    for (let at = start; at < end; at++) if (plan.test(target, index.at(at))) sum += 1;
  }
  return sum;
}

function span(plan: Plan, keys: readonly SearchKey[], scope: SearchScope, target: Target) {
  const index = scope.views[target.kind].index(keys, target.type);
  const first = keys[0];
  const bounds = first && plan.bounds.get(first.column as Column);
  if (first === undefined || bounds === undefined) return { index, start: 0, end: index.length };
  const [from, to] = first.direction === 1 ? ends(bounds) : ends(bounds).reverse();
  const last = first.direction === 1 ? 0 : 1;
  return { index, start: index.lowerBound([(from ?? 0) - last]), end: index.lowerBound([(to ?? 0) - last]) };
}

function ends({ low, high }: Bounds): number[] {
  return [low, high];
}

function after(
  index: { lowerBound(values: readonly number[], ordinal?: number): number },
  target: Target,
  cursor: SearchCursor,
  skipTies: boolean,
): number {
  const { values, rank, ordinal } = cursor;
  if (skipTies || target.rank < rank) return index.lowerBound(values, Number.MAX_SAFE_INTEGER);
  return index.lowerBound(values, target.rank === rank ? ordinal + 1 : -1);
}

function compare(a: Hit, b: Hit, keys: readonly SearchKey[]): number {
  for (const [n, key] of keys.entries()) {
    const difference = ((a.values[n] ?? 0) - (b.values[n] ?? 0)) * key.direction;
    if (difference !== 0) return difference;
  }
  return a.target.rank - b.target.rank || a.ordinal - b.ordinal;
}
