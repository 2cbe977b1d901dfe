import { CUSTOM, isCustomKey } from '../close/custom-fields.ts';
import { instantOf, type Row } from '../close/row.ts';
import { isRecord } from '../json/is-record.ts';
import { ALL_TIME, secondOf } from '../time/span.ts';
import { fromIndex } from './concerns.ts';
import { smallPage } from './ids.ts';
import { type Finding, fails, holds, type Probe, unknown } from './probe.ts';
import type { Scope } from './scope.ts';
import type { Searched } from './search-kind.ts';
import { ofEachKind, takesCustom } from './searches.ts';

const isFilled = (value: unknown): boolean =>
  value !== null &&
  value !== undefined &&
  value !== '' &&
  !(Array.isArray(value) && value.length === 0) &&
  !(isRecord(value) && Object.keys(value).length === 0);

/** How many objects are compared with what a list, or their own path, shows of them. */
const MOST_COMPARED = 3;

/** The object as a search brings it, with all fields named. It is found by `date_created`, which never changes. */
const searchedRow = async (row: Row, { objectType, named }: Searched, scope: Scope): Promise<Row | null> => {
  const created = instantOf(row, 'date_created');
  if (created === null) return null;
  const updated = ALL_TIME;
  const page = { objectType, fields: named, updated, created: secondOf(created), sort: [], limit: 50 };
  return (await scope.search(page)).rows.find(({ id }) => id === row.id) ?? null;
};

/**
 * Objects that have something which the search seems to leave out. Each pair is one object: as the search brings it, and
 * as its list or its own path shows it. Both have the same `date_updated`, so they are the same version.
 */
const objectsToCompare = async (
  one: Searched,
  hasIt: (row: Row) => boolean,
  scope: Scope,
): Promise<readonly (readonly [Row, Row])[]> => {
  const { list, single, page } = one;
  const pairs: (readonly [Row | null, Row | null])[] = [];
  if (list !== null) {
    // The last rows of a page changed longest ago, so they are least likely to change now.
    const having = (await smallPage(list, scope)).rows.filter(hasIt).reverse();
    for (const row of having.slice(0, MOST_COMPARED)) pairs.push([await searchedRow(row, one, scope), row]);
  } else if (single !== null) {
    for (const row of (page?.rows ?? []).slice(0, MOST_COMPARED))
      pairs.push([row, await scope.once(`${single}${row.id}`, () => scope.one(single, row.id))]);
  }
  return pairs.flatMap(([row, whole]) =>
    row && whole && hasIt(whole) && whole.date_updated === row.date_updated ? [[row, whole] as const] : [],
  );
};

const tryNamed = ofEachKind(async (one, scope): Promise<Finding> => {
  const { rows } = one.page;
  if (rows.length === 0) return unknown('there are no objects');
  if (one.named.length === 0) return unknown('too many fields are refused');
  const unseen = one.named.filter((name) => name !== CUSTOM && !rows.some((row) => Object.hasOwn(row, name)));
  const pairs = await objectsToCompare(one, (row) => unseen.some((name) => isFilled(row[name])), scope);
  const lacking = unseen.filter((name) =>
    pairs.some(([row, whole]) => !Object.hasOwn(row, name) && isFilled(whole[name])),
  );
  return lacking.length > 0 ? fails(`the search leaves out ${lacking.sort().join(', ')}`) : holds();
});

const tryCustom = ofEachKind(async (one, scope): Promise<Finding> => {
  if (!takesCustom(one)) return unknown('the selector is refused');
  const hasCustom = (row: Row): boolean =>
    Object.entries(row).some(([key, value]) => isCustomKey(key) && isFilled(value));
  if (one.page.rows.some(hasCustom)) return holds();
  const pairs = await objectsToCompare(one, hasCustom, scope);
  if (pairs.length === 0) return unknown('no object was found that has a custom field');
  return pairs.some(([row]) => hasCustom(row)) ? holds() : fails('the search returns no custom fields');
});

/** Assumptions about the fields that a search brings. A search brings only fields that it is asked for by name. */
export const fieldProbes: readonly Probe[] = [
  {
    name: 'search-fields-taken',
    assumes: 'A search accepts every field that is named',
    ifFalse: 'The columns of these fields stay empty.',
    concerns: fromIndex,
    look: ofEachKind(({ refused }) => {
      const others = refused.filter((field) => field !== CUSTOM);
      return others.length === 0 ? holds() : fails(`refused: ${others.join(', ')}`);
    }),
  },
  {
    name: 'search-field-count',
    assumes: 'A search accepts as many fields as a table has',
    ifFalse: 'Each page takes several requests, each for some of the fields.',
    handledBy: 'close/paging/searcher.ts',
    concerns: fromIndex,
    look: ofEachKind(({ isTooLong, named }) =>
      isTooLong ? fails(`${named.length} fields are too many`) : holds(),
    ),
  },
  {
    name: 'search-fields-brought',
    assumes: 'A search returns every field that is named',
    ifFalse: 'The columns of these fields are null although Close has values.',
    concerns: fromIndex,
    looksAgain: true,
    look: tryNamed,
  },
  {
    name: 'search-custom-taken',
    assumes: 'A search accepts the selector for all custom fields',
    ifFalse: 'Each custom field is asked for by its own name.',
    handledBy: 'close/paging/searcher.ts',
    concerns: fromIndex,
    look: ofEachKind(({ refused, named }) => {
      if (refused.includes(CUSTOM)) return fails('the search refuses it');
      return named.length > 0 ? holds() : unknown('too many fields are refused');
    }),
  },
  {
    name: 'search-custom-brought',
    assumes: 'The selector for all custom fields returns them',
    ifFalse: 'Custom fields are empty although Close has values.',
    concerns: fromIndex,
    looksAgain: true,
    look: tryCustom,
  },
];
