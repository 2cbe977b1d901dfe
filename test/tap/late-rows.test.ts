import { expect, test } from 'vitest';
import type { Change } from '../../src/close/changes.ts';
import type { Row } from '../../src/close/row.ts';
import type { Api } from '../../src/close/walk.ts';
import { emitLate } from '../../src/tap/late-rows.ts';
import type { OpenStream } from '../../src/tap/open-stream.ts';
import { SECOND } from '../../src/time/instant.ts';
import { walkContext } from '../close/walk-context.ts';
import { FROM, row } from '../close/walks/scripted-walk.ts';

/** Emits late changes of leads. All dates are seconds after FROM: when a lead was written, and its date in the list. */
const arrange = (
  inList: Readonly<Record<string, number>>,
  written: Readonly<Record<string, number>> = {},
) => {
  const emitted: string[] = [];
  const asked: string[] = [];
  const api: Api = {
    fetch: async ({ path, query }, parse) => {
      asked.push(String(query?.id__in ?? path));
      const ids = String(query?.id__in).split(',');
      return parse({
        data: ids.flatMap((id) => (id in inList ? row(id, 0, inList[id]) : [])),
        has_more: false,
      });
    },
  };
  const stream = {
    definition: { lateChanges: () => ({ list: '/lead/' }) },
    context: walkContext({ api }).context,
    fillIn: async (rows: readonly Row[]) => rows,
    write: (rows: readonly Row[]) => {
      emitted.push(...rows.map(({ id }) => id));
    },
  } as unknown as OpenStream;
  const of = (id: string): number =>
    id in written ? FROM + (written[id] ?? 0) * SECOND : Number.NEGATIVE_INFINITY;
  const late = (...changes: readonly Change[]) =>
    emitLate({ stream, written: { add: () => {}, of } }, changes, { settle: async () => {} });
  return { emitted, asked, late };
};

const change = (objectId: string, second: number, more: Partial<Change> = {}): Change => ({
  objectType: 'lead',
  objectId,
  at: FROM + second * SECOND,
  deleted: false,
  mergedInto: null,
  created: false,
  previous: null,
  version: FROM + second * SECOND,
  isExact: true,
  ...more,
});

test('an object that was written in its new version, or was deleted, is not asked for', async () => {
  const { asked, late } = arrange({}, { a: 10, b: 11 });

  const missed = await late(change('a', 10), change('b', 10), change('c', 10, { deleted: true }));

  expect(asked).toEqual([]);
  expect(missed).toBeNull();
});

test('an object that was written in an older version, or not at all, is asked for', async () => {
  const { emitted, asked, late } = arrange({ a: 20, b: 21 }, { a: 10 });

  const missed = await late(change('b', 21), change('a', 20));

  expect(asked).toEqual(['b,a']);
  expect(emitted).toEqual(['b', 'a']);
  expect(missed).toBe(FROM + 20 * SECOND);
});

test('a row that is older than the written one is not written after it', async () => {
  const { emitted, late } = arrange({ a: 9 }, { a: 10 });

  await late(change('a', 20));

  expect(emitted).toEqual([]);
});

test('a change to another object that does not move the lead’s date is not one that the index missed', async () => {
  const { emitted, late } = arrange({ a: 5 });

  const missed = await late(change('a', 20, { isExact: false }));

  expect(emitted).toEqual(['a']);
  expect(missed).toBeNull();
});
