import { describe, expect, test } from 'vitest';
import type { Row } from '../../../src/close/row.ts';
import type { Api } from '../../../src/close/walk.ts';
import { inPortions } from '../../../src/close/walks/in-portions.ts';
import { ProtocolError, RefusedError } from '../../../src/errors.ts';
import type { ApiRequest } from '../../../src/http/request.ts';
import { readWalk } from '../walk-context.ts';

const COLUMNS = Array.from({ length: 160 }, (_, index) => `f${index}`);

interface Account {
  /** Ids in the order of their dates. */
  readonly leads: readonly string[];
  /** Ids that the list does not bring. */
  readonly unlisted?: readonly string[];
  /** Ids of objects that are deleted by the time they are asked for. */
  readonly gone?: readonly string[];
  /** Ids that the list brings although they were not asked for. */
  readonly strangers?: readonly string[];
  /** Fields that the search ignores. */
  readonly unknownToSearch?: (field: string) => boolean;
  /** Fields that no request knows. */
  readonly unknown?: (field: string) => boolean;
}

const pick = (id: string, fields: readonly string[]): Row => ({
  ...Object.fromEntries(fields.filter((field) => field !== 'id').map((field) => [field, `${id} ${field}`])),
  id,
});

/** Leads in which the value of each field names the lead and the field. */
const closeWith = (account: Account) => {
  const requests: ApiRequest[] = [];
  const { unknown = () => false, unknownToSearch = () => false, unlisted = [], gone = [] } = account;
  const known = (fields: readonly string[]): string[] => fields.filter((field) => !unknown(field));
  const answer = ({ path, query = {}, body }: ApiRequest): unknown => {
    if (path === '/data/search/') {
      const { _fields } = body as { _fields: { lead: readonly string[] } };
      const fields = known(_fields.lead).filter((field) => /^f/.test(field) && !unknownToSearch(field));
      const date_updated = '2026-06-01T00:00:00Z';
      return {
        data: account.leads.map((id) => ({
          ...pick(id, fields),
          date_updated,
          date_created: date_updated,
          also: 1,
        })),
        cursor: null,
      };
    }
    const fields = known(String(query._fields).split(','));
    const one = /^\/lead\/(.+)\/$/.exec(path)?.[1];
    if (one !== undefined) {
      if (gone.includes(one)) throw new RefusedError('404', { request: `GET ${path}`, status: 404 });
      return pick(one, fields);
    }
    const ids = String(query.id__in)
      .split(',')
      .filter((id) => !unlisted.includes(id));
    return {
      data: [...ids, ...(account.strangers ?? [])].reverse().map((id) => pick(id, fields)),
      has_more: false,
    };
  };
  const api: Api = {
    fetch: async (request, parse) => {
      requests.push(request);
      await Promise.resolve();
      return parse(answer(request));
    },
  };
  return { api, requests };
};

const read = async (account: Account, columns: readonly string[] = COLUMNS) => {
  const { api, requests } = closeWith(account);
  const walk = inPortions({ objectType: 'lead', list: '/lead/' });
  const wanted = ['id', 'date_updated', ...columns, '_extra'];
  const { rows, warnings } = await readWalk(walk, { api, max_concurrency: 3, columns: wanted });
  return { rows, warnings, requests };
};

const ids = (count: number): string[] => Array.from({ length: count }, (_, index) => `lead_${index}`);
const wholeRow = (id: string): Row => ({ ...pick(id, COLUMNS), id, date_updated: '2026-06-01T00:00:00Z' });

describe('fields in portions', () => {
  test('are put together by id, whatever the order in which each portion comes', async () => {
    const { rows, warnings } = await read({ leads: ids(120) });

    expect(rows).toEqual(ids(120).map(wholeRow));
    expect(warnings).toEqual([]);
  });

  test('need one request per page for the first portion, and one per fifty rows for each other portion', async () => {
    const { requests } = await read({ leads: ids(120) });

    expect(requests.filter(({ path }) => path === '/data/search/')).toHaveLength(1);
    expect(requests.filter(({ path }) => path === '/lead/')).toHaveLength(6);
    const asked = requests.map(({ query, body }) =>
      query ? String(query._fields).split(',') : (body as { _fields: { lead: string[] } })._fields.lead,
    );
    expect(Math.max(...asked.map(({ length }) => length))).toBeLessThanOrEqual(80);
    expect(new Set(asked.flat())).toEqual(new Set(['id', 'date_created', 'date_updated', ...COLUMNS]));
  });

  test('come from the search alone if there are few', async () => {
    const { requests, rows } = await read({ leads: ids(3) }, ['f1', 'f2']);

    expect(requests).toHaveLength(1);
    expect(rows[2]).toEqual({
      id: 'lead_2',
      f1: 'lead_2 f1',
      f2: 'lead_2 f2',
      date_updated: expect.any(String),
    });
  });

  test('come from the single object if the list does not bring it yet', async () => {
    const { rows, warnings } = await read({ leads: ids(4), unlisted: ['lead_2'] });

    expect(rows).toEqual(ids(4).map(wholeRow));
    expect(warnings).toEqual([]);
  });

  test('of a deleted object do not become half a row', async () => {
    const { rows, warnings } = await read({ leads: ids(4), unlisted: ['lead_2'], gone: ['lead_2'] });

    expect(rows.map(({ id }) => id)).toEqual(['lead_0', 'lead_1', 'lead_3']);
    expect(warnings[0]).toMatch(/^lead_2 was deleted/);
  });

  test('are not taken from a list that ignores the ids', async () => {
    const reading = read({ leads: ids(4), strangers: ['lead_99'] });

    await expect(reading).rejects.toThrow(ProtocolError);
    await expect(reading).rejects.toThrow(/ignored the filter; select at most 75 columns/);
  });

  test('come from the list if the search ignores them', async () => {
    const { rows, warnings } = await read({ leads: ids(4), unknownToSearch: () => true });

    expect(rows).toEqual(ids(4).map(wholeRow));
    expect(warnings).toEqual([]);
  });

  test('that no row has give one warning with their names', async () => {
    const { rows, warnings } = await read({ leads: ids(4), unknown: (field) => /^f(7|155)$/.test(field) });

    expect(rows.map(({ id }) => id)).toEqual(ids(4));
    expect(warnings).toEqual([expect.stringMatching(/^none of 4 rows has .*: f7, f155; deselect/)]);
  });

  test('give no warning if there are no rows', async () => {
    expect((await read({ leads: [] })).warnings).toEqual([]);
  });
});
