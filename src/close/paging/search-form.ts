import { CUSTOM } from '../custom-fields.ts';
import { SEARCH } from '../search.ts';
import type { WalkContext } from '../walk.ts';
import { portionsOf, refusedAmong } from './refused-fields.ts';
import { customSelectors } from './search-selectors.ts';

/** The form of a search: what it asks for, and in which order. */
export interface SearchForm {
  /** The fields, in lists that the server accepts. Every page is asked for once with each list. */
  readonly portions: readonly (readonly string[])[];
  /** The dates to sort by; empty if the server sorts by none. */
  readonly sort: readonly string[];
}

/** Well below what a search takes: a portion that is refused costs more requests than one portion more. */
const MOST_SELECTORS = SEARCH.fields - 20;
const SORTS: readonly (readonly string[])[] = SEARCH.sorts;

/** The form to begin with: all fields in one list, and the best sort. */
export const firstForm = (fields: readonly string[]): SearchForm => ({
  portions: [[...new Set(fields)]],
  sort: SORTS[0] ?? [],
});

/** Asks the server whether it accepts a search with these fields and this sort. */
type Accepts = (fields: readonly string[], sort: readonly string[]) => Promise<boolean>;

/** The best sort that the server accepts, from `sort` on; null if it accepts none. */
export const acceptedSort = async (
  sort: readonly string[],
  accepts: Accepts,
): Promise<readonly string[] | null> => {
  for (const candidate of SORTS.slice(SORTS.indexOf(sort))) {
    if (await accepts([], candidate)) return candidate;
  }
  return null;
};

/**
 * Finds the form that the server accepts, after it refused one: it leaves out refused fields, asks for custom fields
 * one by one if their common selector is refused, and uses another sort. It warns about everything that changes.
 * @param form the refused form
 * @param customFields the lists of definitions of the objects' custom fields
 * @returns null if the server accepts no sort, not even without fields
 */
export const acceptedForm = async (
  form: SearchForm,
  accepts: Accepts,
  customFields: readonly string[],
  context: WalkContext,
): Promise<SearchForm | null> => {
  const sort = await acceptedSort(form.sort, accepts);
  if (!sort) return null;
  const acceptsFields = (fields: readonly string[]): Promise<boolean> => accepts(fields, sort);
  const fields = form.portions.flat();
  const refused = await refusedAmong(fields, acceptsFields);
  const plain = fields.filter((field) => !refused.includes(field));
  const isCustomRefused = refused.includes(CUSTOM);
  const custom = isCustomRefused ? await customSelectors(customFields, context) : [];
  const portions = [
    ...(await portionsOf(plain, plain.length, acceptsFields)),
    ...(await portionsOf(custom, MOST_SELECTORS, acceptsFields)),
  ];
  const accepted = new Set(portions.flat());
  const lost = [...plain, ...refused, ...custom].filter((field) => field !== CUSTOM && !accepted.has(field));
  if (lost.length > 0) {
    context.warn(`the search refuses these fields, so they stay empty: ${lost.join(', ')}`);
  }
  if (isCustomRefused) {
    context.warn(
      custom.length > 0
        ? 'the search does not return all custom fields at once; asking for each by its id'
        : 'the search does not return custom fields, so they stay empty',
    );
  }
  if (sort !== form.sort) {
    context.warn('the search does not sort by two dates; reading it in a way that takes more requests');
  }
  return { portions: portions.length > 0 ? portions : [[]], sort };
};
