import { badRequest, fieldError, tooLarge } from '../api-error.ts';
import { type Answer, type Call, type Route, route } from '../call.ts';
import { envelope, project, sent } from '../envelope.ts';
import { mix } from '../random.ts';
import { asksForSmartFields, withSmartFields } from '../rows/smart-fields.ts';
import { GRAINS, type SandboxOptions } from '../sandbox-options.ts';
import { readSearchCursor, writeSearchCursor } from '../search/search-cursor.ts';
import { DATE_COLUMNS, type Plan, planOf, type SearchScope } from '../search/search-query.ts';
import { type SearchKey, SearchView } from '../search/search-view.ts';
import { shownType } from '../search/targets.ts';
import { type Hit, total, walk } from '../search/walk.ts';
import { collectionOf, type Store, type TableKind } from '../store.ts';
import type { Row } from '../table.ts';

const KNOWN = ['query', '_fields', 'sort', '_limit', 'results_limit', 'include_counts', 'cursor'];
const LARGEST = 200;

/** `POST /data/search/`, with an index that may be late. */
export function searchRoutes(store: Store): readonly Route[] {
  const views = Object.fromEntries(
    Object.entries(store.tables).map(([kind, table]) => [kind, new SearchView(table, store.tick)]),
  ) as Record<TableKind, SearchView>;
  let served = 0;
  return [
    route('POST', '/data/search/', (call) => {
      served += 1;
      return search(call, views, served);
    }),
  ];
}

function search(call: Call, views: Record<TableKind, SearchView>, served: number): Answer {
  const { options, store, now } = call;
  if (call.body === null || typeof call.body !== 'object') throw badRequest('JSON data must be a dict.');
  const body = call.body as Row;
  for (const key of Object.keys(body)) if (!KNOWN.includes(key)) call.ignore(key);
  const grain = GRAINS[options.searchGrain];
  for (const view of Object.values(views)) view.advance(now, (ordinal) => lagOf(view, ordinal, call), grain);
  const limit = limitOf(body, call);
  const keys = call.params.hears('sort') ? keysOf(body.sort, call) : [];
  const deaf = (name: string) => !call.params.hears(name);
  const scope: SearchScope = { store, views, grain, now, offset: call.offset, deaf };
  const leftOut = leftOutBy(call, served);
  const plan = indexed(planOf(body.query, scope), leftOut, options);
  const fields = fieldsOf(body._fields, call);
  const rules = { nowMs: now / 1000, seconds: options.cursorSeconds, cap: options.cursorCap };
  const cursor = readSearchCursor(body.cursor, rules);
  const yielded = cursor?.yielded ?? 0;
  const asked = typeof body.results_limit === 'number' ? body.results_limit - yielded : limit;
  const short = options.searchShortPages && served % 2 === 1 ? Math.ceil(limit * 0.6) : limit;
  const size = Math.max(0, Math.min(short, asked, options.cursorCap - yielded));
  const skipTies = keys.length === 1 && options.searchTies === 'skipped';
  const hits = walk(plan, keys, scope, cursor, size + 1, skipTies);
  const page = hits.slice(0, size);
  const last = page[page.length - 1];
  const goesOn =
    hits.length > size &&
    last !== undefined &&
    !(typeof body.results_limit === 'number' && yielded + size >= body.results_limit);
  const next = goesOn
    ? writeSearchCursor({
        values: last.values,
        rank: last.target.rank,
        ordinal: last.ordinal,
        issued: now / 1000,
        yielded: yielded + page.length,
      })
    : null;
  const brought = page.filter(({ ordinal }) => !leftOut(ordinal));
  const texts = brought.flatMap((hit) => textOf(hit, scope, fields, call) ?? []);
  const counts = body.include_counts === true &&
    options.searchCounts && {
      count: countsOf(total(plan, keys, scope), body.results_limit),
    };
  return envelope(texts, { ...cursorOf(next, rules.nowMs, call), ...counts });
}

function cursorOf(next: string | null, nowMs: number, { options }: Call): Row {
  switch (options.searchCursor) {
    case 'absent':
      return {};
    case 'ends early':
      return { cursor: null };
    case 'endless':
      return {
        cursor: writeSearchCursor({ values: [], rank: -1, ordinal: -1, issued: nowMs, yielded: 0 }),
      };
    default:
      return { cursor: next };
  }
}

/** The objects that the answer must leave out. */
function leftOutBy({ options, store }: Call, served: number): (ordinal: number) => boolean {
  const { searchLeavesOut } = options;
  if (searchLeavesOut === undefined) return () => false;
  const { share, how } = searchLeavesOut;
  const turn = how === 'others each time' ? served : 0;
  return (ordinal) => mix(mix(store.seed, turn), ordinal) / 2 ** 32 < share;
}

function indexed(
  plan: Plan,
  leftOut: (ordinal: number) => boolean,
  { searchLeavesOut }: SandboxOptions,
): Plan {
  if (searchLeavesOut?.how !== 'not indexed') return plan;
  return { ...plan, test: (target, ordinal) => !leftOut(ordinal) && plan.test(target, ordinal) };
}

function lagOf({ table }: SearchView, ordinal: number, { options, store }: Call): number {
  if (options.searchKeepsDeleted && table.alive[ordinal] !== 1) return Number.POSITIVE_INFINITY;
  const share = options.indexUneven ? (mix(store.seed, ordinal) % 3) / 2 : 1;
  return options.indexLagMs * 1000 * share;
}

function countsOf(all: number, limit: unknown): Row {
  return { limited: typeof limit === 'number' ? Math.min(all, limit) : all, total: all };
}

function limitOf({ _limit }: Row, { options }: Call): number {
  const most = options.maxLimit['/data/search/'] ?? LARGEST;
  if (_limit === undefined || _limit === null) return Math.min(100, most);
  if (typeof _limit !== 'number' || !Number.isInteger(_limit))
    throw fieldError('_limit', 'Value must be of int type.');
  if (_limit > most) throw tooLarge('_limit', most);
  return _limit;
}

/** A sort by one or two dates. `id` and everything else is refused. */
function keysOf(sort: unknown, { options }: Call): SearchKey[] {
  if (sort === undefined || sort === null) return [];
  if (!Array.isArray(sort) || sort.length > options.searchSortKeys)
    throw fieldError('sort', 'List is too long.');
  return sort.map((entry: Row) => {
    const name = String(((entry.field ?? {}) as Row).field_name);
    const column = DATE_COLUMNS[name];
    if (column === undefined) throw fieldError('sort', `Sorting by ${name} is not supported.`);
    return { column, direction: entry.direction === 'desc' ? -1 : 1 };
  });
}

function fieldsOf(given: unknown, { store, options }: Call): ReadonlyMap<string, readonly string[]> {
  const fields = new Map<string, readonly string[]>();
  for (const [name, list] of Object.entries((given ?? {}) as Row)) {
    if (!Array.isArray(list)) throw fieldError('_fields', { [name]: 'Value must be of list type.' });
    if (list.length > options.searchMostFields) throw fieldError('_fields', { [name]: 'List is too long.' });
    for (const selector of list)
      if (
        options.searchRefuses.includes(String(selector)) ||
        (String(selector).startsWith('custom.') &&
          collectionOf(store, 'custom_field').get(String(selector).slice(7)) === undefined)
      )
        throw fieldError('_fields', { [name]: `Invalid field: ${selector}.` });
    fields.set(name, list.map(String));
  }
  return fields;
}

function withoutUnsent(row: Row, kind: string, { options }: Call): Row {
  const kept = sent(row, kind, { unsentFields: options.searchUnsent });
  if (!options.searchUnsent.includes(`${kind}.custom`)) return kept;
  return Object.fromEntries(Object.entries(kept).filter(([key]) => !key.startsWith('custom')));
}

/** Ids and `__object_type` by default. An object that was deleted meanwhile is left out, so the page is shorter. */
function textOf(
  hit: Hit,
  { views }: SearchScope,
  fields: ReadonlyMap<string, readonly string[]>,
  call: Call,
): string | undefined {
  const view = views[hit.target.kind];
  const type = shownType(hit.target, view, hit.ordinal);
  const list = fields.get(type) ?? fields.get(hit.target.name) ?? fields.get(hit.target.kind) ?? [];
  const make = (row: Row) => {
    const found = withoutUnsent(project(row, list), hit.target.kind, call);
    const kept = sent(found, hit.target.kind, call.options);
    return JSON.stringify({ id: row.id, __object_type: type, ...kept });
  };
  if (call.options.searchKeepsDeleted && view.table.alive[hit.ordinal] !== 1) return undefined;
  const stale = view.staleText(hit.ordinal);
  if (stale !== undefined && call.options.indexLagStyle === 'stale') return make(JSON.parse(stale) as Row);
  if (view.table.alive[hit.ordinal] !== 1) return undefined;
  // Computed each time, because they change without their lead.
  if (type === 'lead' && asksForSmartFields(list))
    return make(withSmartFields(call.store, view.table.row(hit.ordinal), list));
  return view.table.cut(
    hit.ordinal,
    [...list, ...call.options.unsentFields, ...call.options.searchUnsent].join(),
    make,
  );
}
