import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Walk } from '../../../src/close/walk.ts';
import { byCreated } from '../../../src/close/walks/by-created.ts';
import { byEvents } from '../../../src/close/walks/by-events.ts';
import { byList } from '../../../src/close/walks/by-list.ts';
import { bySearch } from '../../../src/close/walks/by-search.ts';
import { byWindow } from '../../../src/close/walks/by-window.ts';
import { DAY, MINUTE, SECOND } from '../../../src/time/instant.ts';
import { parseInstant } from '../../../src/time/rfc3339.ts';
import { readWalk } from '../walk-context.ts';
import { FakeClose, type FakeObject, type FakeOptions } from './fake-close.ts';

const NOW = parseInstant('2026-06-01T12:00:00Z') ?? 0;
const FROM = NOW - 30 * DAY;
/**
 * How often an object may change and must still be brought. An object may change before its slice is read, and then in
 * each of the two passes of the tail, always just before it would be read. Then the next run reads it: its date is
 * after the run's start, so it is above the bookmark.
 */
const MOST_MOVES = 2;
/** Pages of one row, read in every pass that a walk may need. */
const MOST_REQUESTS = 20_000;

/** Dates of which many are equal: few days, few seconds, few microseconds. Some are far apart. */
const date = fc.oneof(
  fc.integer({ min: 0, max: 4 }).map((second) => NOW - 3 * DAY + second * SECOND),
  fc.tuple(fc.nat(3), fc.nat(3)).map(([second, micro]) => NOW - 2 * DAY + second * SECOND + micro * 250_000),
  fc.nat(29).map((days) => NOW - days * DAY - 12_345),
  fc.nat(200).map((seconds) => NOW - 4 * DAY + seconds * SECOND + 7),
  fc.nat(4).map((second) => NOW - second * SECOND - 1),
);

const change = fc.record({
  at: fc.oneof(fc.nat(8), fc.nat(40)),
  kind: fc.constantFrom('touch', 'remove', 'create'),
  which: fc.nat(200),
});
type Change = { at: number; kind: string; which: number };

const world = fc.record({
  objects: fc.array(fc.tuple(date, date), { maxLength: 90, size: 'max' }),
  changes: fc.array(change, { maxLength: 25, size: 'max' }),
  page_size: fc.integer({ min: 1, max: 12 }),
  max_concurrency: fc.integer({ min: 1, max: 6 }),
  grain: fc.constantFrom(1, SECOND),
  knowsMinutesOnly: fc.boolean(),
  // No more in a row than a walk allows.
  expiries: fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 5 }),
});
type World = typeof world extends fc.Arbitrary<infer Value> ? Value : never;

interface Case {
  readonly walk: Walk;
  /** What a change does to an object, in addition to setting its date_updated. */
  readonly moves: (object: FakeObject, now: number) => void;
  /** Whether the walk must bring the object. */
  readonly inScope: (object: FakeObject) => boolean;
  readonly options?: Partial<FakeOptions>;
  /** Whether the filter may compare minutes only. */
  readonly minutes?: boolean;
}

const ordered = ([a, b]: readonly [number, number]) =>
  (a <= b ? [a, b] : [b, a]) as readonly [number, number];

/** Runs a walk over an account that changes. Returns the objects that were there all the time and were not brought. */
const lost = async (
  { walk, moves, inScope, options = {}, minutes = false }: Case,
  seed: World,
): Promise<string[]> => {
  const objects = seed.objects.map((dates, index) => {
    const [created, updated] = ordered(dates);
    return { id: `o${String(index).padStart(3, '0')}`, created, updated };
  });
  const removed = new Set<string>();
  const moved = new Map<string, number>();
  let now = NOW;
  const pending: Change[] = [...seed.changes];
  const fake = new FakeClose(
    objects,
    {
      grain: minutes && seed.knowsMinutesOnly ? MINUTE : seed.grain,
      hydratedLag: 0,
      expiries: seed.expiries,
      maxSkip: 1_000_000,
      ...options,
    },
    (close) => {
      now += 50_000;
      if (close.requests > MOST_REQUESTS) throw new Error('asked without end');
      for (const due of pending.filter(({ at }) => at === close.requests)) {
        const ids = [...close.objects.keys()];
        const id = ids[due.which % Math.max(1, ids.length)];
        const object = id === undefined ? undefined : close.objects.get(id);
        if (due.kind === 'create') {
          close.objects.set(`n${now}`, { id: `n${now}`, created: now, updated: now });
        } else if (object && due.kind === 'remove') {
          close.objects.delete(object.id);
          removed.add(object.id);
        } else if (object) {
          moves(object, now);
          moved.set(object.id, (moved.get(object.id) ?? 0) + 1);
        }
      }
    },
  );
  const wanted = objects.filter(inScope).map(({ id }) => id);
  const { max_concurrency, page_size } = seed;
  const clock = { now: () => now, latest: () => now, startedAt: () => NOW };
  const { ids } = await readWalk(walk, { api: fake, max_concurrency, page_size, ...clock }, { from: FROM });
  const emitted = new Set(ids);
  const isDue = (id: string): boolean => !removed.has(id) && (moved.get(id) ?? 0) <= MOST_MOVES;
  return wanted.filter((id) => isDue(id) && !emitted.has(id));
};

const touch = (object: FakeObject, now: number): void => {
  object.updated = now;
};
const updatedSince = (object: FakeObject): boolean => object.updated >= FROM;
const createdSince = (object: FakeObject): boolean => object.created >= FROM;

const cases: Readonly<Record<string, Case>> = {
  search: {
    walk: bySearch({ objectType: 'lead', list: '/lead/', fields: () => [] }),
    moves: touch,
    inScope: updatedSince,
  },
  'search whose index shows rows fresher than it found them': {
    walk: bySearch({ objectType: 'lead', list: '/lead/', fields: () => [] }),
    moves: touch,
    inScope: updatedSince,
    options: { hydratedLag: 2 },
  },
  'creation under a filter on change': {
    walk: byCreated({ path: '/task/', limit: 100 }),
    minutes: true,
    moves: touch,
    inScope: updatedSince,
  },
  'windows of creation': {
    walk: byWindow({ path: '/activity/', field: 'date_created', limit: 100 }),
    minutes: true,
    moves: touch,
    inScope: createdSince,
  },
  'windows of creation where dates move forward, as those of email threads do': {
    walk: byWindow({ path: '/activity/', field: 'date_created', limit: 100 }),
    minutes: true,
    moves: (object, now) => {
      object.created = now;
      object.updated = now;
    },
    inScope: createdSince,
  },
  'the event log': { walk: byEvents(), minutes: true, moves: touch, inScope: updatedSince },
  'whole lists': {
    walk: byList([{ path: '/user/', limit: 100 }]),
    moves: touch,
    inScope: updatedSince,
  },
};

describe.each(Object.entries(cases))('%s', (_, definition) => {
  test('brings every object that stays in the account, whatever changes between two requests', async () => {
    await fc.assert(
      fc.asyncProperty(world, async (seed) => {
        expect(await lost(definition, seed)).toEqual([]);
      }),
      { numRuns: 120 },
    );
  });
});
