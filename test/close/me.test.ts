import { expect, test } from 'vitest';
import { readMe } from '../../src/close/me.ts';
import type { Api } from '../../src/close/walk.ts';

const answering = (body: unknown): Api => ({ fetch: async (_request, parse) => parse(body) });

test.each([
  [
    {
      id: 'user_1',
      email: 'ann@example.com',
      first_name: 'Ann',
      last_name: 'Lee',
      organizations: [{ id: 'orga_1', name: 'Acme' }],
    },
    { user: 'Ann Lee <ann@example.com> (user_1)', organizations: ['Acme (orga_1)'] },
  ],
  [
    { id: 'user_1', email: null, first_name: '', organizations: ['orga_1', { id: 'orga_2' }, null] },
    { user: 'unnamed <-> (user_1)', organizations: ['orga_1', 'unnamed (orga_2)'] },
  ],
  [
    { id: 'user_1', organizations: null },
    { user: 'unnamed <-> (user_1)', organizations: [] },
  ],
])('the user of the key is named from %j', async (body, me) => {
  expect(await readMe(answering(body))).toEqual(me);
});

test.each([null, [], {}, { id: 7 }, 'user_1'])('%j is not a user', async (body) => {
  await expect(readMe(answering(body))).rejects.toThrow('the answer is not a user');
});
