import { expect, test } from 'vitest';
import { costOf, type Requests, sourceOf } from '../../src/streams/requests.ts';

const said = (requests: readonly Requests[], besides?: string): readonly string[] => [
  sourceOf(requests),
  costOf(requests, besides),
];

test('the requests of a run are described for people', () => {
  expect(said([{ to: 'GET /role/' }])).toEqual(['GET /role/', '1']);
  expect(said([{ to: 'GET /form/', count: 2, per: 100 }])).toEqual(['GET /form/', '2 per 100']);
  expect(said([{ to: 'GET /group/' }, { to: 'GET /group/{id}/', per: 'group' }])).toEqual([
    'GET /group/, /group/{id}/',
    '1, and 1 per group',
  ]);
});

test('requests that are always sent are added up, and the same cost of two lists is named once', () => {
  expect(said([{ to: 'GET /me/' }, { to: 'GET /send_as/', count: 2 }])).toEqual(['GET /me/, /send_as/', '3']);
  expect(
    said(
      [
        { to: 'GET /activity/', per: 100 },
        { to: 'GET /activity/emailthread/', per: 100 },
      ],
      '1 per late change',
    ),
  ).toEqual(['GET /activity/, /activity/emailthread/', '1 per 100, and 1 per late change']);
});

test('a method that repeats is named once', () => {
  const requests = [
    { to: 'POST /data/search/', per: 200, rows: 'changed' },
    { to: 'POST /data/search/', per: 'tie' },
    { to: 'GET /lead/' },
  ];

  expect(said(requests)).toEqual(['POST /data/search/, GET /lead/', '1, 1 per 200 changed, and 1 per tie']);
});
