import { describe, expect, test } from 'vitest';
import type { Api } from '../../src/close/walk.ts';
import { AuthenticationError, PassingError } from '../../src/errors.ts';
import { leadSmartFields } from '../../src/streams/lead-smart-fields.ts';
import { users } from '../../src/streams/users.ts';
import { findSmartColumns, smartFieldType } from '../../src/tap/smart-columns.ts';

const text = { type: ['string', 'null'] };
const moment = { type: ['string', 'null'], format: 'date-time' };

describe('the type of a smart field', () => {
  test.each([
    ['num_calls', 3, { type: ['integer', 'null'] }],
    ['num_calls', null, { type: ['integer', 'null'] }],
    ['times_communicated', 0, { type: ['integer', 'null'] }],
    ['total_annual_opportunity_value', 10.5, { type: ['number', 'null'] }],
    ['total_annual_opportunity_value', undefined, { type: ['number', 'null'] }],
    ['last_chat_date', '2026-06-01T08:00:00.123000+00:00', moment],
    ['last_chat_date', null, moment],
    ['contract_end_date', '2026-06-01', { type: ['string', 'null'], format: 'date' }],
    ['last_chat_user_id', 'user_1', text],
    ['won_opportunity_value_summary', '$10', text],
    ['lead_score', 7, text],
    ['is_customer', true, text],
  ])('%s with the value %j follows its name', (name, sample, type) => {
    expect(smartFieldType(name, sample)).toEqual(type);
  });

  test.each([
    ['num_calls', 2.5],
    ['num_calls', 'many'],
    ['total_annual_opportunity_value', '$10'],
    ['last_chat_date', 'yesterday'],
    ['last_chat_date', 1_700_000_000],
  ])('%s with the value %j is text, since the value is not what the name says', (name, sample) => {
    expect(smartFieldType(name, sample)).toEqual(text);
  });
});

const answering = (rows: readonly object[]): Api => ({
  fetch: async ({ path, query }, parse) => {
    expect([path, query?._fields]).toEqual(['/lead/', '_all']);
    return parse({ data: rows, has_more: false });
  },
});

const failing = (error: Error): Api => ({ fetch: () => Promise.reject(error) });
const request = 'GET /lead/';

describe('smart columns', () => {
  test('are the fields of the list that neither the table of leads nor the stream itself has', async () => {
    const warnings: string[] = [];
    const api = answering([
      { id: 'lead_1', name: 'A', contacts: [], num_calls: 1, num_chats: null, custom: {}, 'custom.cf_1': 2 },
      { id: 'lead_2', num_chats: 4, last_chat_date: '', 'odd name': 1, half__column: 1 },
    ]);

    const columns = await findSmartColumns(leadSmartFields, api, (message) => warnings.push(message));

    expect(columns).toEqual([
      { name: 'num_chats', schema: { type: ['integer', 'null'] } },
      { name: 'last_chat_date', schema: moment },
    ]);
    expect(warnings).toEqual([
      'the field odd name cannot become a column',
      'the field half__column cannot become a column',
    ]);
  });

  test('are not looked for if a stream has none', async () => {
    expect(await findSmartColumns(users, failing(new Error('asked')), () => {})).toEqual([]);
  });

  test('are left out with a warning if they cannot be read', async () => {
    const warnings: string[] = [];
    const api = failing(new PassingError('504: gateway timeout', { request, status: 504 }));

    expect(await findSmartColumns(leadSmartFields, api, (message) => warnings.push(message))).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining('504')]);
  });

  test('are an error if the key is wrong', async () => {
    const wrong = new AuthenticationError('401', { request, status: 401 });

    await expect(findSmartColumns(leadSmartFields, failing(wrong), () => {})).rejects.toBe(wrong);
  });
});
