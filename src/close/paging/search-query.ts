import { formatSecond } from '../../time/rfc3339.ts';
import { END, type Span, START } from '../../time/span.ts';
import type { Page } from '../envelope.ts';
import { SEARCH } from '../search.ts';

/** A page of a search: which objects, in which order, and from where. */
export interface SearchPage {
  readonly objectType: string;
  readonly fields: readonly string[];
  readonly updated: Span;
  readonly created?: Span;
  readonly direction?: 'asc' | 'desc';
  /** The dates to sort by. By default both: with one alone, rows of equal date get lost between pages. */
  readonly sort?: readonly string[];
  readonly limit: number;
  readonly cursor?: string | null;
  /** Whether to ask for the number of matches too. That costs the server more. */
  readonly count?: boolean;
}

/** Asks for one page of a search. The function fills in what is the same for the whole walk. */
export type Search = (
  page: Pick<SearchPage, 'updated' | 'created' | 'direction' | 'cursor' | 'count'>,
) => Promise<Page>;

const fieldOf = (objectType: string, name: string) =>
  ({ type: 'regular_field', object_type: objectType, field_name: name }) as const;

const moment = (instant: number) => ({ type: 'fixed_utc', value: formatSecond(instant) }) as const;

/** The condition for a range of a date field: from inclusive, to exclusive, both in whole seconds. */
const inSpan = (objectType: string, name: string, span: Span): object[] =>
  span.from === START && span.to === END
    ? []
    : [
        {
          type: 'field_condition',
          field: fieldOf(objectType, name),
          condition: {
            type: 'moment_range',
            ...(span.from === START ? {} : { on_or_after: moment(span.from) }),
            ...(span.to === END ? {} : { before: moment(span.to) }),
          },
        },
      ];

/** The body of `POST /data/search/`; ascending by both dates if the page does not say otherwise. */
export const searchBody = (page: SearchPage): object => {
  const { objectType, direction = 'asc', sort = SEARCH.sorts[0] } = page;
  return {
    query: {
      type: 'and',
      queries: [
        { type: 'object_type', object_type: objectType },
        ...inSpan(objectType, 'date_updated', page.updated),
        ...(page.created ? inSpan(objectType, 'date_created', page.created) : []),
      ],
    },
    _fields: { [objectType]: page.fields },
    ...(sort.length > 0
      ? { sort: sort.map((name) => ({ direction, field: fieldOf(objectType, name) })) }
      : {}),
    _limit: page.limit,
    ...(page.count ? { include_counts: true } : {}),
    ...(page.cursor ? { cursor: page.cursor } : {}),
  };
};
