import type { Api } from '../../../src/close/walk.ts';
import { RefusedError } from '../../../src/errors.ts';
import type { ApiRequest } from '../../../src/http/request.ts';
import { formatInstant, parseInstant } from '../../../src/time/rfc3339.ts';

/** An object in the fake account. Its dates are in microseconds. */
export interface FakeObject {
  id: string;
  created: number;
  updated: number;
}

export interface FakeOptions {
  /** The unit in which filters compare dates, in microseconds. Some of Close's filters may compare minutes. */
  readonly grain: number;
  /** How many requests the search index is behind. It sorts rows by their dates of that time. */
  readonly hydratedLag: number;
  /** The numbers of the uses of a search cursor at which it has expired, counted from 1. */
  readonly expiries: readonly number[];
  /** The most that `_skip` may be. */
  readonly maxSkip: number;
}

/**
 * A small Close in memory, with the lists and the search that walks use. `between` changes the account before each
 * request. The fake has no code in common with the walks: it filters and sorts everything for every request.
 */
export class FakeClose implements Api {
  readonly objects = new Map<string, FakeObject>();
  requests = 0;
  #cursorUses = 0;
  readonly #options: FakeOptions;
  readonly #between: (fake: FakeClose) => void;
  #indexed: ReadonlyMap<string, FakeObject>[] = [];

  constructor(objects: readonly FakeObject[], options: FakeOptions, between: (fake: FakeClose) => void) {
    for (const object of objects) this.objects.set(object.id, { ...object });
    this.#options = options;
    this.#between = between;
  }

  async fetch<T>(request: ApiRequest, parse: (body: unknown) => T): Promise<T> {
    this.#between(this);
    this.requests += 1;
    this.#indexed.push(new Map([...this.objects].map(([id, object]) => [id, { ...object }])));
    this.#indexed = this.#indexed.slice(-this.#options.hydratedLag - 1);
    await Promise.resolve();
    return parse(structuredClone(this.#answer(request)));
  }

  #answer(request: ApiRequest): unknown {
    if (request.path === '/data/search/') return this.#search(request.body as SearchBody);
    if (request.path === '/event/') return this.#events(request.query ?? {});
    return this.#list(request);
  }

  #grain(instant: number): number {
    return Math.floor(instant / this.#options.grain) * this.#options.grain;
  }

  #matches(object: FakeObject, query: Readonly<Record<string, string>>): boolean {
    return (['created', 'updated'] as const).every((field) => {
      const at = this.#grain(object[field]);
      const from = query[`date_${field}__gte`];
      const to = query[`date_${field}__lt`];
      if (from !== undefined && at < this.#grain(parseInstant(from) ?? Number.NaN)) return false;
      return to === undefined || at < this.#grain(parseInstant(to) ?? Number.NaN);
    });
  }

  #list(request: ApiRequest): unknown {
    const query = request.query ?? {};
    const ascending = query._order_by === 'date_created';
    const skip = Number(query._skip ?? 0);
    const limit = Number(query._limit ?? 100);
    if (skip > this.#options.maxSkip) {
      throw new RefusedError('400: max_skip', { request: request.path, status: 400 });
    }
    const rows = [...this.objects.values()]
      .filter((object) => this.#matches(object, query))
      .sort((a, b) => (ascending ? a.created - b.created : b.created - a.created) || (a.id < b.id ? -1 : 1));
    return {
      data: rows.slice(skip, skip + limit).map(toRow),
      has_more: rows.length > skip + limit,
      ...(ascending ? { total_results: rows.length } : {}),
    };
  }

  #events(query: Readonly<Record<string, string>>): unknown {
    const limit = Number(query._limit ?? 50);
    const after = query._cursor?.split('|');
    const rows = [...this.objects.values()]
      .filter((object) => after !== undefined || this.#matches(object, query))
      .sort(newestFirst)
      .filter(
        (object) =>
          after === undefined ||
          newestFirst(object, { id: after[1] ?? '', created: 0, updated: Number(after[0]) }) > 0,
      );
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return {
      data: page.map(toRow),
      cursor_next: rows.length > limit && last ? `${last.updated}|${last.id}` : null,
    };
  }

  #search(body: SearchBody): unknown {
    const bounds = Object.fromEntries(
      body.query.queries.flatMap((query) =>
        query.field
          ? [
              [`${query.field.field_name}__gte`, query.condition?.on_or_after?.value],
              [`${query.field.field_name}__lt`, query.condition?.before?.value],
            ].filter(([, value]) => value !== undefined)
          : [],
      ),
    );
    const sign = body.sort[0]?.direction === 'desc' ? -1 : 1;
    const order = (a: FakeObject, b: FakeObject): number =>
      sign * (a.updated - b.updated || a.created - b.created || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
    const [, updated, created, id] = body.cursor?.split('|') ?? [];
    if (body.cursor) this.#cursorUses += 1;
    if (body.cursor && this.#options.expiries.includes(this.#cursorUses)) {
      throw new RefusedError('400: cursor', { request: 'POST /data/search/', status: 400 });
    }
    const index = this.#indexed[0] ?? new Map<string, FakeObject>();
    const matching = [...index.values()].filter(
      (object) => this.objects.has(object.id) && this.#matches(object, bounds),
    );
    const left = matching
      .sort(order)
      .filter(
        (object) =>
          id === undefined || order(object, { id, updated: Number(updated), created: Number(created) }) > 0,
      );
    const page = left.slice(0, body._limit);
    const last = page.at(-1);
    return {
      // Found by what the index holds, but shown as the objects are now.
      data: page.map(({ id: found }) => toRow(this.objects.get(found) as FakeObject)),
      cursor: left.length > body._limit && last ? `c|${last.updated}|${last.created}|${last.id}` : null,
      ...(body.include_counts ? { count: { limited: matching.length, total: matching.length } } : {}),
    };
  }
}

interface SearchBody {
  readonly query: {
    readonly queries: readonly {
      readonly field?: { readonly field_name: string };
      readonly condition?: { readonly on_or_after?: { value: string }; readonly before?: { value: string } };
    }[];
  };
  readonly sort: readonly { readonly direction: string }[];
  readonly _limit: number;
  readonly include_counts?: boolean;
  readonly cursor?: string;
}

const newestFirst = (a: FakeObject, b: FakeObject): number =>
  b.updated - a.updated || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

const toRow = (object: FakeObject): Record<string, unknown> => ({
  id: object.id,
  date_created: formatInstant(object.created),
  date_updated: formatInstant(object.updated),
});
