import { describe, expect, test } from 'vitest';
import { searchBody } from '../../../src/close/paging/search-query.ts';
import { SECOND } from '../../../src/time/instant.ts';
import { END, START } from '../../../src/time/span.ts';
import { FROM } from '../walks/scripted-walk.ts';

const base = {
  objectType: 'lead',
  fields: ['id', 'name', 'custom'],
  updated: { from: FROM, to: FROM + 60 * SECOND },
  limit: 200,
} as const;
const field = (field_name: string) => ({ type: 'regular_field', object_type: 'lead', field_name });

describe('searchBody', () => {
  test('asks for a range of date_updated, sorted by both dates, in the form that the API documents', () => {
    const body = searchBody(base);

    expect(body).toEqual({
      query: {
        type: 'and',
        queries: [
          { type: 'object_type', object_type: 'lead' },
          {
            type: 'field_condition',
            field: field('date_updated'),
            condition: {
              type: 'moment_range',
              on_or_after: { type: 'fixed_utc', value: '2026-05-01T00:00:00Z' },
              before: { type: 'fixed_utc', value: '2026-05-01T00:01:00Z' },
            },
          },
        ],
      },
      _fields: { lead: ['id', 'name', 'custom'] },
      sort: [
        { direction: 'asc', field: field('date_updated') },
        { direction: 'asc', field: field('date_created') },
      ],
      _limit: 200,
    });
  });

  test('does not send parameters that the search ignores', () => {
    const text = JSON.stringify(searchBody({ ...base, cursor: null, count: false }));

    expect(text).not.toMatch(/_skip|cursor|include_counts|null/);
  });

  test('has a cursor, a count, a direction and a second range if they are given', () => {
    const body = searchBody({
      ...base,
      created: { from: FROM, to: END },
      direction: 'desc',
      cursor: 'c1',
      count: true,
    });

    expect(body).toMatchObject({
      cursor: 'c1',
      include_counts: true,
      sort: [{ direction: 'desc' }, { direction: 'desc' }],
    });
    expect(JSON.stringify(body)).toContain(
      '"field_name":"date_created"},"condition":{"type":"moment_range","on_or_after":{"type":"fixed_utc","value":"2026-05-01T00:00:00Z"}}',
    );
  });

  test('has no condition for all of time', () => {
    const body = searchBody({
      ...base,
      updated: { from: START, to: END },
      created: { from: START, to: END },
    });

    expect(JSON.stringify(body)).not.toContain('moment_range');
  });

  test('leaves out a bound that is open', () => {
    const body = JSON.stringify(searchBody({ ...base, updated: { from: START, to: FROM } }));

    expect(body).toContain('"before"');
    expect(body).not.toContain('on_or_after');
  });
});
