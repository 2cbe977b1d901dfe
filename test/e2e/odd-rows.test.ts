import { afterEach, expect, test } from 'vitest';
import { createOrganisation } from '../sandbox/organisation.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';
import { configFor, idsOf, missingFrom, type Table } from './account.ts';
import { invalidRecords } from './invalid-records.ts';
import { syncHere } from './run-main.ts';

let sandbox: Sandbox;
afterEach(() => sandbox.close());

const DEEP = `${'{"x":['.repeat(5_000)}${']}'.repeat(5_000)}`;
const ODD = `"zz_deep":${DEEP},"zz_id":12345678901234567890,"zz_huge":1e400,"zz":{"sip_password":"c0ffee"}`;
const PARENTHESES = `${'('.repeat(9_000)}${')'.repeat(9_000)}`;

/** Streams that are read by five different walks, each with the sandbox's name for its objects. */
const READ: readonly (readonly [Table, string])[] = [
  ['leads', 'lead'],
  ['activities', 'activity'],
  ['tasks', 'task'],
  ['event_log', 'event'],
  ['users', 'user'],
];

test.each([false, true])(
  'a row that is nested too deep, or whose date is only parentheses, is emitted with all others (validated: %s)',
  async (validate_records) => {
    const organisation = createOrganisation({ objects: 1_500, seed: 91, days: 20 });
    const odd = READ.map(([, kind]) => organisation.ids(kind)[2] ?? '');
    const onAnswer = (text: string): string =>
      odd
        .reduce((all, id) => all.replaceAll(`"id":"${id}"`, `"id":"${id}",${ODD}`), text)
        .replace(/("envelope":\{[^{}]*?"date":)"[^"]*"/, `$1"${PARENTHESES}"`);
    sandbox = await startSandbox(organisation, { onAnswer });
    const config = configFor(sandbox, { validate_records });

    const first = await syncHere({ config });
    const before = sandbox.requests.length;
    const second = await syncHere({ config, state: first.lastState });

    expect([first.code, second.code]).toEqual([0, 0]);
    expect(first.stderr + second.stderr).not.toMatch(/^(ERROR|CRITICAL)/m);
    expect(sandbox.requests.length - before).toBeLessThan(25);
    expect(invalidRecords(first)).toEqual([]);
    expect(first.text).not.toContain('c0ffee');
    for (const [index, [table]] of READ.entries()) {
      expect(missingFrom(first.ids(table), idsOf(organisation, table)), table).toEqual([]);
      const extra: unknown = JSON.parse(String(first.latest(table).get(odd[index] ?? '')?._extra));
      expect(extra, table).toMatchObject({
        zz: {},
        zz_deep: DEEP,
        zz_huge: '1e400',
        zz_id: '12345678901234567890',
      });
      // There is one warning, for the row that came first. Events have the other odd objects too.
      const named = [...first.stderr.matchAll(new RegExp(`^WARNING ${table}: (\\S+): .* nested `, 'gm'))];
      expect(named, table).toHaveLength(1);
      expect(first.ids(table)).toContain(named[0]?.[1]);
    }
    const raw = [...first.latest('activities').values()].flatMap(({ envelope }) => envelope ?? []);
    expect(raw).toContainEqual(expect.objectContaining({ date: null, date_raw: PARENTHESES }));
  },
);
