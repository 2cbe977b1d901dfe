import { afterEach, expect, test } from 'vitest';
import { createOrganisation } from '../sandbox/organisation.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';
import { configFor, idsOf, missingFrom, tables } from './account.ts';
import { syncHere } from './run-main.ts';

const KEY = 'api_1aB2cD3eF4gH5iJ6kL7mN8.9oP0qR1sT2uV3wX4yZ5aB6';
const SENT = Buffer.from(`${KEY}:`).toString('base64');

let sandbox: Sandbox;
afterEach(() => sandbox.close());

test('a key that stands in rows of Close is in no record, no state and no message; the rows are complete', async () => {
  const organisation = createOrganisation({ objects: 400, seed: 12, days: 20 });
  const onAnswer = (text: string): string =>
    text.replaceAll('"date_created":', `"zz_${KEY}":"my key is ${KEY}, sent as ${SENT}","date_created":`);
  sandbox = await startSandbox(organisation, { onAnswer, apiKeys: [KEY] });

  const { code, text, stderr, ids } = await syncHere({ config: configFor(sandbox, { api_key: KEY }) });

  expect(code).toBe(0);
  for (const table of tables) expect(missingFrom(ids(table), idsOf(organisation, table)), table).toEqual([]);
  expect(text).toContain(`my key is ${'*'.repeat(KEY.length)}, sent as ${'*'.repeat(SENT.length)}`);
  // Not toContain: if it failed, it would print all records.
  for (const secret of [KEY, SENT]) expect((text + stderr).includes(secret), secret).toBe(false);
  expect(stderr.match(/^WARNING .*: the answer has the tap's own key in it/gm)).toHaveLength(1);
});
