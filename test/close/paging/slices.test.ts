import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { freshSlice, type ReadSlice, type Slice } from '../../../src/close/paging/slice.ts';
import { readSlices } from '../../../src/close/paging/slices.ts';
import type { Emit } from '../../../src/close/walk.ts';
import { DAY, HOUR, SECOND } from '../../../src/time/instant.ts';
import { contains, merge, type Span } from '../../../src/time/span.ts';
import { FROM } from '../walks/scripted-walk.ts';

const LIMIT = 10;
const WHOLE: Span = { from: FROM, to: FROM + 10 * DAY };

const now = () => WHOLE.to;

const settle = () => new Promise((resolve) => setImmediate(resolve));

/** A list with one row per hour, which is read ten rows at a time, in either direction. */
const arrange = (
  direction: 'ascending' | 'descending',
  max_concurrency: number,
  wait: () => Promise<unknown> = settle,
) => {
  const tally = { underWay: 0, most: 0, requests: 0, widest: 0 };
  const emitted: string[] = [];
  const done: Span[] = [];
  const read: ReadSlice = async function* (slice) {
    tally.underWay += 1;
    tally.requests += 1;
    tally.most = Math.max(tally.most, tally.underWay);
    await wait();
    tally.underWay -= 1;
    const all = Array.from({ length: 240 }, (_, hour) => ({
      id: `r${hour}`,
      at: FROM + hour * HOUR + 1,
    })).filter(({ at }) => contains(slice.span, at));
    if (direction === 'descending') all.reverse();
    const page = all.slice(0, LIMIT);
    const last = page.at(-1);
    yield page;
    if (all.length <= LIMIT || !last) return { slices: [] };
    const edge = last.at - 1;
    const span =
      direction === 'ascending'
        ? { from: edge + HOUR, to: slice.span.to }
        : { from: slice.span.from, to: edge };
    return { slices: [{ span, seen: new Map([[last.id, '']]), cursor: `after ${last.id}` }] };
  };
  const emit: Emit = async (rows, spans) => {
    emitted.push(...rows.map(({ id }) => id));
    done.push(...spans);
  };
  const run = (slices: readonly Slice[] = [freshSlice(WHOLE)], by: ReadSlice = read) =>
    readSlices(slices, by, { direction, limit: LIMIT }, { max_concurrency, now }, emit);
  return { tally, emitted, done, read, run };
};

const directions = ['ascending', 'descending'] as const;

describe.each(directions)('slices that are read in %s order', (direction) => {
  test('bring every row once, and all of the range is done', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 12 }), async (max_concurrency) => {
        const { emitted, done, tally, run } = arrange(direction, max_concurrency);

        await run();

        expect(emitted).toHaveLength(240);
        expect(new Set(emitted).size).toBe(240);
        expect(merge(done)).toEqual([WHOLE]);
        expect(tally.most).toBeLessThanOrEqual(max_concurrency);
      }),
    );
  });

  test('are cut while there is room and enough left to read', async () => {
    const { tally, run } = arrange(direction, 6);

    await run();

    expect(tally.most).toBeGreaterThan(1);
    expect(tally.requests).toBeLessThan(24 + 12);
  });

  test('are not cut if there is no room', async () => {
    const { tally, run } = arrange(direction, 1);

    await run();

    expect(tally).toMatchObject({ most: 1, requests: 24 });
  });

  test('keep what is known at the end that is being read', async () => {
    const asked: Slice[] = [];
    const { read, run } = arrange(direction, 4);

    await run([freshSlice(WHOLE)], (slice) => {
      asked.push(slice);
      return read(slice);
    });

    const edge = direction === 'ascending' ? 'r9' : 'r230';
    const continued = asked.filter(({ cursor }) => cursor === `after ${edge}`);
    expect(continued).toHaveLength(1);
    expect([...(continued[0]?.seen.keys() ?? [])]).toEqual([edge]);
    const end = FROM + (direction === 'ascending' ? 10 : 230) * HOUR;
    expect(direction === 'ascending' ? continued[0]?.span.from : continued[0]?.span.to).toBe(end);
    expect(asked.length).toBeGreaterThan(2);
  });
});

test('parts are shorter near the end that is being read', async () => {
  const asked: Slice[] = [];
  const { read, run } = arrange('descending', 4);

  await run([freshSlice({ from: FROM - 3650 * DAY, to: WHOLE.to })], (slice) => {
    asked.push(slice);
    return read(slice);
  });

  // After the first page, its rest was cut into four.
  const lengths = asked.slice(1, 5).map(({ span }) => span.to - span.from);
  expect(Math.min(...lengths)).toBeLessThan(100 * DAY);
  expect(Math.max(...lengths)).toBeGreaterThan(1000 * DAY);
});

describe('a failure', () => {
  test('is thrown when everything under way has ended, and nothing new is begun', async () => {
    const { run, tally, emitted, read } = arrange('ascending', 3);
    const error = new Error('403');
    const slices = [0, 1, 2, 3, 4].map((day) =>
      freshSlice({ from: FROM + day * DAY, to: FROM + (day + 1) * DAY }),
    );
    let calls = 0;

    const running = run(slices, async function* (slice) {
      calls += 1;
      if (calls === 2) throw error;
      return yield* read(slice);
    });

    await expect(running).rejects.toBe(error);
    expect(tally.underWay).toBe(0);
    expect(calls).toBe(3);
    expect(emitted).toEqual([]);
  });

  test('before the first row is thrown as it is, even if writing fails as well', async () => {
    // `check` ends a walk in this way, at its first rows.
    const emit: Emit = () => Promise.reject(new Error('enough'));
    // biome-ignore lint/correctness/useYield: it fails before
    const read: ReadSlice = async function* () {
      throw new Error('refused');
    };

    const reading = readSlices(
      [freshSlice(WHOLE)],
      read,
      { direction: 'ascending', limit: LIMIT },
      { max_concurrency: 1, now },
      emit,
    );

    await expect(reading).rejects.toThrow('refused');
  });

  test('of writing rows is thrown too', async () => {
    const { read } = arrange('ascending', 2);
    const listing = { direction: 'ascending', limit: LIMIT } as const;

    const running = readSlices([freshSlice(WHOLE)], read, listing, { max_concurrency: 2, now }, () =>
      Promise.reject(new Error('the reader is gone')),
    );

    await expect(running).rejects.toThrow('the reader is gone');
  });
});

test('a slice is read no more than one page ahead of what is being written', async () => {
  const { read } = arrange('ascending', 6);
  let requests = 0;
  let writeOn: () => void = () => {};
  const stalled = new Promise<void>((resolve) => {
    writeOn = resolve;
  });
  const counted: ReadSlice = (slice) => {
    requests += 1;
    return read(slice);
  };

  // Four pages, too few to be cut.
  const slice = freshSlice({ from: FROM, to: FROM + 40 * HOUR });
  const listing = { direction: 'ascending', limit: LIMIT } as const;
  const reading = readSlices([slice], counted, listing, { max_concurrency: 6, now }, () => stalled);
  for (let turn = 0; turn < 20; turn += 1) await settle();
  const ahead = requests;
  writeOn();
  await reading;

  expect([ahead, requests]).toEqual([2, 4]);
});

test('the part of a slice that was read is done before the rest is read', async () => {
  const { done, run } = arrange('ascending', 1);

  await run();

  expect(done[0]).toEqual({ from: FROM, to: FROM + 10 * HOUR });
  expect(done).toHaveLength(24);
  expect(done.every((span) => span.to - span.from >= SECOND)).toBe(true);
});

test('a page that was read ahead is not emitted if the page before it could not be written', async () => {
  const emitted: string[] = [];
  const read: ReadSlice = async function* (slice) {
    if (slice.seen.size > 0) {
      yield [{ id: 'b' }];
      return { slices: [] };
    }
    yield [{ id: 'a' }];
    return { slices: [{ span: { from: FROM, to: FROM + DAY }, seen: new Map([['a', '']]) }] };
  };
  const emit: Emit = async ([row]) => {
    // The second page arrives meanwhile.
    for (let turn = 0; turn < 5; turn += 1) await settle();
    if (row?.id === 'a') throw new Error('no');
    emitted.push(row?.id ?? '');
  };
  const options = { direction: 'descending', limit: 1 } as const;

  const reading = readSlices([freshSlice(WHOLE)], read, options, { max_concurrency: 2, now }, emit);

  await expect(reading).rejects.toThrow('no');

  expect(emitted).toEqual([]);
});

describe('a slice of several pages', () => {
  /** Three pages of one second, which cannot be divided. */
  const second: ReadSlice = async function* () {
    yield [{ id: 'a' }];
    yield [{ id: 'b' }];
    yield [{ id: 'c' }];
    return { slices: [] };
  };
  const listing = { direction: 'ascending', limit: 1 } as const;
  const slices = [freshSlice(WHOLE)];

  test('is done when the last page has been written', async () => {
    const written: (readonly [ids: string, done: readonly Span[]])[] = [];
    const emit: Emit = async (rows, done) => void written.push([rows.map(({ id }) => id).join(), done]);

    await readSlices(slices, second, listing, { max_concurrency: 2, now }, emit);

    expect(written).toEqual([
      ['a', []],
      ['b', []],
      ['c', [WHOLE]],
    ]);
  });

  test('is not done if one page could not be written', async () => {
    const done: Span[] = [];
    const emit: Emit = async ([row], spans) => {
      await settle();
      if (row?.id === 'b') throw new Error('no');
      done.push(...spans);
    };

    await expect(readSlices(slices, second, listing, { max_concurrency: 2, now }, emit)).rejects.toThrow(
      'no',
    );

    expect(done).toEqual([]);
  });

  test('has the pages written that came before it failed', async () => {
    const { emitted, done, run } = arrange('ascending', 2);

    const running = run(slices, async function* () {
      yield [{ id: 'a' }];
      yield [{ id: 'b' }];
      throw new Error('403');
    });

    await expect(running).rejects.toThrow('403');
    expect([emitted, done]).toEqual([['a', 'b'], []]);
  });
});
