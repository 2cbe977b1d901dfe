import type { Sandbox } from './server.ts';
import type { Row } from './table.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Row;
  /** The rows in `body.data`, or none. */
  readonly rows: readonly Row[];
}

export interface Client {
  get(
    path: string,
    params?: Readonly<Record<string, string | number>>,
    headers?: Record<string, string>,
  ): Promise<Reply>;
  search(body: Row): Promise<Reply>;
}

/** A very simple client, to look at a sandbox from outside. */
export function createClient(sandbox: Sandbox, key = 'api_sandbox'): Client {
  const authorization = `Basic ${Buffer.from(`${key}:`).toString('base64')}`;
  const reply = async (response: Response): Promise<Reply> => {
    const text = await response.text();
    const body = (text === '' ? {} : JSON.parse(text)) as Row;
    return { status: response.status, headers: response.headers, body, rows: (body.data ?? []) as Row[] };
  };
  return {
    get: async (path, params = {}, headers = {}) => {
      const query = new URLSearchParams();
      for (const [name, value] of Object.entries(params)) query.set(name, String(value));
      return reply(await fetch(`${sandbox.url}${path}?${query}`, { headers: { authorization, ...headers } }));
    },
    search: async (body) =>
      reply(
        await fetch(`${sandbox.url}/data/search/`, {
          method: 'POST',
          headers: { authorization, 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
      ),
  };
}

/** A search for one object type from a date on, in ascending order of the given dates. */
export function searchSince(
  objectType: string,
  since: string,
  sortBy: readonly string[],
  more: Row = {},
): Row {
  const field = (name: string) => ({ type: 'regular_field', object_type: objectType, field_name: name });
  const condition = { type: 'moment_range', on_or_after: { type: 'fixed_utc', value: since } };
  return {
    query: {
      type: 'and',
      queries: [
        { type: 'object_type', object_type: objectType },
        { type: 'field_condition', field: field(sortBy[0] ?? 'date_updated'), condition },
      ],
    },
    sort: sortBy.map((name) => ({ direction: 'asc', field: field(name) })),
    ...more,
  };
}
