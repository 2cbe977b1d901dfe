import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Row } from '../../src/close/row.ts';
import { State } from '../../src/singer/state.ts';
import { createKnownRows } from '../../src/tap/known-rows.ts';

const KEY = 'date_updated';
const DATE = '2026-05-01T00:00:00.000000Z';
const row = (id: string, date_updated = DATE): Row => ({ id, date_updated });
const rows = (count: number): Row[] => Array.from({ length: count }, (_, index) => row(`user_${index}`));

const stateOf = (bookmark: object = {}): State =>
  State.parse({ bookmarks: { users: bookmark } }, 'state.json', [{ stream: 'users', key: KEY }]).state;

/** A complete run over these rows. It returns the rows that were not known. */
const run = (state: State, list: readonly Row[]): string[] => {
  const known = createKnownRows('users', KEY, state);
  const unknown = list.filter((one) => !known.isKnown(one)).map(({ id }) => id);
  known.save();
  state.set('users', { [KEY]: DATE });
  return unknown;
};

describe('a list that is read whole', () => {
  test('is chosen by its dates only in a first run', () => {
    expect(run(stateOf(), [row('a'), row('b', '2019-01-01T00:00:00Z')])).toEqual([]);
  });

  test('is known in the next run, except for rows that joined or changed, however old they are', () => {
    const state = stateOf();
    run(state, [row('a'), row('b'), row('c')]);

    const unknown = run(state, [
      row('a'),
      row('b', '2026-05-02T00:00:00Z'),
      row('old', '2019-01-01T00:00:00Z'),
    ]);

    expect(unknown).toEqual(['b', 'old']);
  });

  test('emits a row again that left and came back', () => {
    const state = stateOf();
    run(state, [row('a'), row('b')]);
    run(state, [row('a')]);

    expect(run(state, [row('a'), row('b')])).toEqual(['b']);
  });

  test('is emitted in full once if the state remembers no rows', () => {
    const state = stateOf({ [KEY]: DATE });

    expect(run(state, rows(3))).toHaveLength(3);
    expect(run(state, rows(3))).toEqual([]);
  });

  test.each(['short', 7, null, 'not base64!!!!!!'])(
    'is brought whole where the memory is spoilt: %j',
    (spoilt) => {
      expect(run(stateOf({ [KEY]: DATE, rows_seen: spoilt }), rows(2))).toHaveLength(2);
    },
  );

  test('is remembered only if all of it was read', () => {
    const state = stateOf();
    run(state, [row('a')]);
    createKnownRows('users', KEY, state).isKnown(row('b'));

    expect(run(state, [row('a'), row('b')])).toEqual(['b']);
  });

  test('is remembered in few bytes, which do not depend on the order', () => {
    const [one, other] = [stateOf(), stateOf()];
    run(one, rows(20));
    run(other, rows(20).reverse());

    expect(one.snapshot()).toEqual(other.snapshot());
    expect(one.bookmark('users').rows_seen).toHaveLength(160);
  });

  test('is emitted in full every time if it has more rows than a state can remember', () => {
    const state = stateOf();
    run(state, rows(10_000));
    expect(run(state, rows(10_001))).toEqual(['user_10000']);

    expect(state.bookmark('users').rows_seen).toBeUndefined();
    expect(run(state, rows(10_001))).toHaveLength(10_001);
  });
});

test('nothing is remembered of a stream that emits everything, or that is not read as a whole list', () => {
  const state = stateOf({ [KEY]: DATE });

  const full = createKnownRows('users', null, state);
  full.isKnown(row('a'));
  full.save();
  createKnownRows('users', KEY, state).save();

  expect(state.bookmark('users')).toEqual({ [KEY]: DATE });
});

/** The list at the time of a run, as ids with a version; and after how many rows the run fails, if it fails. */
const moment = fc.record({
  list: fc.uniqueArray(fc.tuple(fc.nat(15), fc.nat(2)), { selector: ([id]) => id }),
  failsAfter: fc.option(fc.nat(8), { nil: null }),
});

test('whatever rows join, leave or change, and whichever runs fail, no row is missing after a complete run', () => {
  fc.assert(
    fc.property(fc.array(moment, { minLength: 1, maxLength: 8 }), (moments) => {
      const state = stateOf();
      // A row that a first run leaves out because of its date counts as read.
      const delivered = new Set<string>();
      let isFirst = true;
      for (const { list, failsAfter } of moments) {
        const known = createKnownRows('users', KEY, state);
        for (const [id, version] of list.slice(0, failsAfter ?? list.length)) {
          const isKnown = known.isKnown(row(`user_${id}`, `2019-01-0${version + 1}T00:00:00Z`));
          if (!isKnown || isFirst) delivered.add(`${id} ${version}`);
        }
        if (failsAfter !== null) continue;
        known.save();
        state.set('users', { [KEY]: DATE });
        isFirst = false;
        for (const [id, version] of list) expect(delivered).toContain(`${id} ${version}`);
      }
    }),
    { numRuns: 300 },
  );
});
