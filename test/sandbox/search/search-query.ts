import { fieldError } from '../api-error.ts';
import type { Bounds } from '../call.ts';
import { collectionOf, type Store, type TableKind } from '../store.ts';
import type { Column, Row } from '../table.ts';
import { type MomentScope, momentOf } from './moment.ts';
import type { SearchView } from './search-view.ts';
import { TARGETS, type Target, targetOf } from './targets.ts';

export const DATE_COLUMNS: Readonly<Record<string, Column>> = {
  date_created: 'created',
  date_updated: 'updated',
  activity_at: 'at',
  date: 'at',
  date_won: 'at',
};

export interface SearchScope extends MomentScope {
  readonly store: Store;
  readonly views: Readonly<Record<TableKind, SearchView>>;
  readonly grain: number;
  /** Fields whose conditions are ignored without a message. */
  readonly deaf: (name: string) => boolean;
}

export type Test = (target: Target, ordinal: number) => boolean;

export interface Plan {
  readonly targets: readonly Target[];
  readonly test: Test;
  /** Bounds that every result satisfies. A binary search can start there. */
  readonly bounds: ReadonlyMap<Column, Bounds>;
}

/** Turns a query into a test of rows, the tables that it can match, and the bounds that follow from it. */
export function planOf(query: unknown, scope: SearchScope): Plan {
  const named = new Set<Target>();
  const bounds = new Map<Column, Bounds>();
  const test = compile(query, scope, true, named, bounds);
  return { targets: named.size === 0 ? TARGETS : [...named], test, bounds };
}

function compile(
  node: unknown,
  scope: SearchScope,
  conjunct: boolean,
  named: Set<Target>,
  bounds: Map<Column, Bounds>,
): Test {
  if (node === null || typeof node !== 'object') throw fieldError('query', 'Value must be of dict type.');
  const { type, negate, ...rest } = node as Row;
  const straight = conjunct && negate !== true;
  const inner = (child: unknown, still: boolean) => compile(child, scope, still, named, bounds);
  const test = ((): Test => {
    switch (type) {
      case 'and': {
        const tests = children(rest).map((child) => inner(child, straight));
        return (target, n) => tests.every((each) => each(target, n));
      }
      case 'or': {
        const tests = children(rest).map((child) => inner(child, false));
        return (target, n) => tests.some((each) => each(target, n));
      }
      case 'match_all':
      case 'saved_search':
        return () => true;
      case 'object_type': {
        const wanted = targetOf(rest.object_type);
        if (negate !== true) named.add(wanted);
        return (target) => target === wanted;
      }
      case 'id':
        return (target, n) => [rest.value].flat().includes(scope.views[target.kind].table.id(n));
      case 'text':
        return (target, n) =>
          scope.views[target.kind].table.text(n).toLowerCase().includes(String(rest.value).toLowerCase());
      case 'has_related':
        return related(rest, scope);
      case 'field_condition':
        return condition(rest, scope, straight, bounds);
      default:
        throw fieldError('query', `Invalid query type: ${String(type)}.`);
    }
  })();
  return negate === true ? (target, n) => !test(target, n) : test;
}

function children({ queries }: Row): unknown[] {
  if (!Array.isArray(queries)) throw fieldError('query', { queries: 'This field is required.' });
  return queries;
}

function condition(
  { field, condition: given }: Row,
  scope: SearchScope,
  conjunct: boolean,
  bounds: Map<Column, Bounds>,
): Test {
  const { field_name, custom_field_id, type } = (field ?? {}) as Row;
  const name = type === 'custom_field' ? `custom.${custom_field_id}` : String(field_name);
  if (
    type === 'custom_field' &&
    collectionOf(scope.store, 'custom_field').get(String(custom_field_id)) === undefined
  )
    throw fieldError('query', 'Invalid custom field.');
  const wanted = (given ?? {}) as Row;
  if (scope.deaf(name)) return () => true;
  if (wanted.type === 'moment_range') return range(name, wanted, scope, conjunct, bounds);
  const value = (target: Target, n: number): unknown[] =>
    [scope.views[target.kind].table.row(n)[name]].flat();
  switch (wanted.type) {
    case 'term': {
      const values = (wanted.values as unknown[]).map(String);
      return (target, n) => value(target, n).some((each) => values.includes(String(each)));
    }
    case 'reference': {
      const ids = wanted.object_ids as unknown[];
      return (target, n) => value(target, n).some((each) => ids.includes(each));
    }
    case 'text': {
      const words = String(wanted.value).toLowerCase();
      return (target, n) => value(target, n).some((each) => String(each).toLowerCase().includes(words));
    }
    default:
      throw fieldError('query', `Invalid condition type: ${String(wanted.type)}.`);
  }
}

function range(
  name: string,
  wanted: Row,
  scope: SearchScope,
  conjunct: boolean,
  bounds: Map<Column, Bounds>,
): Test {
  const column = DATE_COLUMNS[name];
  if (column === undefined) throw fieldError('query', `Invalid field: ${name}.`);
  const floor = (at: number) => Math.floor(at / scope.grain) * scope.grain;
  const end = (bound: string, moment: unknown) =>
    scope.deaf(`${name}__${bound}`) ? undefined : momentOf(moment, scope);
  const low = floor(end('gte', wanted.on_or_after) ?? -Infinity);
  const high = floor(end('lt', wanted.before) ?? Infinity);
  if (conjunct) {
    const known = bounds.get(column) ?? { low: -Infinity, high: Infinity };
    bounds.set(column, { low: Math.max(low, known.low), high: Math.min(high, known.high) });
  }
  return (target, n) => {
    const at = scope.views[target.kind].value(column, n);
    return at >= low && at < high;
  };
}

function related({ related_object_type, related_query }: Row, scope: SearchScope): Test {
  const other = targetOf(related_object_type);
  const test = compile(related_query, scope, false, new Set(), new Map());
  const { lead } = scope.store.tables;
  return (target, n) => {
    const { table } = scope.views[target.kind];
    const parent = target.kind === 'lead' ? n : (table.lead[n] ?? -1);
    if (other.kind === 'lead') return parent >= 0 && lead.alive[parent] === 1 && test(other, parent);
    const candidates = scope.views[other.kind].table.ofLead(parent);
    return candidates.some(
      (child) =>
        (other.type === undefined || scope.views[other.kind].table.type[child] === other.type) &&
        test(other, child),
    );
  };
}
