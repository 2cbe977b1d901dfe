import { expect, test } from 'vitest';
import { refusedAmong } from '../../../src/close/paging/refused-fields.ts';
import type { Api } from '../../../src/close/walk.ts';
import { bySearch } from '../../../src/close/walks/by-search.ts';
import { readWalk } from '../walk-context.ts';
import { refused, row } from '../walks/scripted-walk.ts';

interface Body {
  readonly _fields: { readonly thing: readonly string[] };
  readonly sort?: readonly object[];
  readonly _limit: number;
}

interface Rules {
  readonly refuses?: (fields: readonly string[]) => boolean;
  readonly mostSortKeys?: number;
  readonly custom?: readonly string[];
  /** The object changes when a page with this field is asked for. */
  readonly changesBefore?: string;
}

const VERSION = '2026-05-01T00:00:10Z';
const OBJECT = {
  ...row('a', 10),
  date_updated: VERSION,
  name: 'A',
  title: 'T',
  'custom.cf_1': 1,
  'custom.cf_2': 2,
  'custom.cf_3': 3,
};

/** A Close with one object, which accepts what the rules allow. */
const close = ({ refuses = () => false, mostSortKeys = 2, custom = [], changesBefore = '' }: Rules) => {
  const singles: string[] = [];
  let version = VERSION;
  const api: Api = {
    fetch: async ({ path, body }, parse) => {
      if (body === undefined) {
        singles.push(path);
        return parse({ ...OBJECT, date_updated: version, whole: true });
      }
      const { _fields, _limit, sort = [] } = body as Body;
      const fields = _fields.thing;
      if (refuses(fields) || sort.length > mostSortKeys) throw refused(400);
      if (_limit > 1 && fields.includes(changesBefore)) version = '2026-05-02T00:00:00Z';
      const named = Object.entries({ ...OBJECT, date_updated: version }).filter(
        ([key]) => fields.includes(key) || (fields.includes('custom') && key.startsWith('custom.')),
      );
      return parse({ data: [Object.fromEntries(named)], cursor: null, count: { total: 1 } });
    },
  };
  const context = {
    api,
    columns: ['name', 'title', 'custom'],
    definitions: { of: async () => ({ rows: custom.map((id) => ({ id })), withoutId: 0 }) },
  };
  const read = async () => {
    const walk = bySearch({
      objectType: 'thing',
      fields: (columns) => columns,
      one: '/thing/',
      customFields: ['thing'],
    });
    const { rows, warnings } = await readWalk(walk, context);
    return { rows, warnings, singles };
  };
  return { read };
};

/** Refuses the selector of all custom fields, and more than two by name. */
const onlyTwo = (fields: readonly string[]): boolean =>
  fields.includes('custom') || fields.filter((field) => field.startsWith('custom.')).length > 2;

test('a refused field leaves its column empty, with a warning', async () => {
  const { read } = close({ refuses: (fields) => fields.includes('title') });

  const { rows, warnings } = await read();

  const { title: _, ...rest } = OBJECT;
  expect(rows).toEqual([rest]);
  expect(warnings).toEqual([expect.stringMatching(/stay empty: title$/)]);
});

test('custom fields are asked for by name, in lists that are accepted, if the search refuses the selector of all', async () => {
  const { read } = close({ refuses: onlyTwo, custom: ['cf_1', 'cf_2', 'cf_3'] });

  const { rows, warnings, singles } = await read();

  expect(rows).toEqual([OBJECT]);
  expect(warnings).toHaveLength(1);
  expect(singles).toEqual([]);
});

test('an object that changes between two of these requests is asked for by itself', async () => {
  const given = close({ refuses: onlyTwo, custom: ['cf_1', 'cf_2', 'cf_3'], changesBefore: 'custom.cf_3' });

  const { rows, singles } = await given.read();

  expect(singles).toEqual(['/thing/a/']);
  expect(rows).toMatchObject([{ id: 'a', whole: true }]);
});

test('custom fields without a definition stay empty, with a warning', async () => {
  const { read } = close({ refuses: (fields) => fields.includes('custom') });

  const { rows, warnings } = await read();

  expect(rows).toMatchObject([{ name: 'A', title: 'T' }]);
  expect(warnings).toEqual([expect.stringContaining('custom fields, so they stay empty')]);
});

test.each([1, 0])(
  'a search that sorts by %d dates is read in full, with one warning',
  async (mostSortKeys) => {
    const { read } = close({ mostSortKeys });

    const { rows, warnings } = await read();

    expect(rows).toEqual([OBJECT]);
    expect(warnings).toEqual([expect.stringContaining('does not sort by two dates')]);
  },
);

test('a bounded number of requests finds out what is refused', async () => {
  const walking = close({ refuses: (fields) => fields.length > 3 && fields.length < 6 });
  const fields = Array.from({ length: 300 }, (_, index) => `field_${index}`);
  let probes = 0;

  const found = await refusedAmong(fields, async (some) => {
    probes += 1;
    return !some.includes('field_17');
  });

  expect(found).toEqual(['field_17']);
  expect(probes).toBeLessThan(25);
  await expect(walking.read()).resolves.toBeDefined();
});
