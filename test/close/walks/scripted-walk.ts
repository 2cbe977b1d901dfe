import { expect } from 'vitest';
import type { Row } from '../../../src/close/row.ts';
import type { Api, Walk, WalkContext, WalkRange } from '../../../src/close/walk.ts';
import { ApiError, RefusedError } from '../../../src/errors.ts';
import type { ApiRequest } from '../../../src/http/request.ts';
import { SECOND } from '../../../src/time/instant.ts';
import { formatInstant, formatSecond, parseInstant } from '../../../src/time/rfc3339.ts';
import { readWalk, type Walked } from '../walk-context.ts';

/** An instant from its text. */
export const at = (text: string): number => parseInstant(text) ?? Number.NaN;

export const FROM = at('2026-05-01T00:00:00Z');
export const NOW = at('2026-06-01T12:00:00Z');

/** A row with its two dates, each given in seconds after FROM. */
export const row = (id: string, created: number, updated = created): Row => ({
  id,
  date_created: formatInstant(FROM + created * SECOND),
  date_updated: formatInstant(FROM + updated * SECOND),
});

/** The refusal of a request. */
export const refused = (status: number): ApiError =>
  new RefusedError(`${status}: no`, { request: 'a request', status });

/** A request that a test expects, and the answer to it. */
export type Exchange = readonly [request: string, answer: object | ApiError];

interface Moment {
  readonly value: string;
}
interface SearchBody {
  readonly query: {
    readonly queries: readonly {
      readonly object_type?: string;
      readonly field?: { readonly field_name: string };
      readonly condition?: { readonly on_or_after?: Moment; readonly before?: Moment };
    }[];
  };
  readonly sort?: readonly { readonly direction: string }[];
  readonly _limit: number;
  readonly include_counts?: boolean;
  readonly cursor?: string;
}

/** `search lead updated 2026-05-01T00:00:00Z..; asc 2 count cursor c1` */
const nameOfSearch = (body: SearchBody): string => {
  const parts = body.query.queries.map(({ object_type, field, condition }) =>
    field
      ? `${field.field_name.slice(5)} ${condition?.on_or_after?.value ?? ''}..${condition?.before?.value ?? ''}`
      : object_type,
  );
  const count = body.include_counts ? ' count' : '';
  const cursor = body.cursor === undefined ? '' : ` cursor ${body.cursor}`;
  const { sort = [] } = body;
  const order = sort.length === 2 ? sort[0]?.direction : `${sort.length} sort keys`;
  return `search ${parts.join(' ')}; ${order} ${body._limit}${count}${cursor}`;
};

/** `/lead/?_limit=2&_skip=1`, with the day and the zone left out of dates: `00:00:05` is five seconds after FROM. */
const nameOf = ({ method, path, query = {}, body }: ApiRequest): string => {
  const short = (text: string): string => text.replaceAll(/2026-05-01T(\d\d:\d\d:\d\d)Z/g, '$1');
  if (method === 'POST') return short(nameOfSearch(body as SearchBody));
  const named = Object.entries(query).map(([key, value]) => `${key}=${value}`);
  return short(`${path}${named.length > 0 ? '?' : ''}${named.join('&')}`);
};

/** A Close that answers by a list of exchanges. A request that is not the next in the list is an error. */
const scriptedApi = (script: readonly Exchange[]): Api & { readonly asked: string[] } => {
  const asked: string[] = [];
  return {
    asked,
    fetch: async (request, parse) => {
      const name = nameOf(request);
      const [expected, answer] = script[asked.length] ?? ['nothing more', {}];
      asked.push(name);
      if (name !== expected) throw new Error(`asked for ${name} where the script has ${expected}`);
      if (answer instanceof ApiError) throw answer;
      return parse(structuredClone(answer));
    },
  };
};

/** Runs a walk against a script. The walk must send exactly these requests, one at a time. */
export const follow = async (
  walk: Walk,
  script: readonly Exchange[],
  range: Partial<WalkRange> = {},
  context: Partial<WalkContext> = {},
): Promise<Walked> => {
  const api = scriptedApi(script);
  const plain = { columns: ['id', 'name'], known: ['id', 'name'] };
  const clock = { now: () => NOW, latest: () => NOW, startedAt: () => NOW };
  const walked = await readWalk(walk, { api, ...plain, ...clock, ...context }, { from: FROM, ...range });
  expect(api.asked).toEqual(script.map(([request]) => request));
  return walked;
};

/** `00:00:05` for an instant so many seconds after FROM. */
export const clockOf = (seconds: number): string => formatSecond(FROM + seconds * SECOND).slice(11, -1);
