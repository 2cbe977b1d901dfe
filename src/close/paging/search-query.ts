import { formatSecond } from '../../time/rfc3339.ts';
import { END, type Span, START } from '../../time/span.ts';
import type { Page } from '../envelope.ts';

/** A page of a search: which objects, in which order, from where on. */
export interface SearchPage {
  readonly objectType: string;
  readonly fields: readonly string[];
  readonly updated: Span;
  readonly created?: Span;
  readonly direction?: 'asc' | 'desc';
  /** The dates to sort by; both, since ties without a second key get lost over pages. */
  readonly sort?: readonly string[];
  readonly limit: number;
  readonly cursor?: string | null;
  /** Asks for the number of matches too, which costs the server more. */
  readonly count?: boolean;
}

/** Sends one search; what never changes during a walk is filled in. */
export type Search = (
  page: Pick<SearchPage, 'updated' | 'created' | 'direction' | 'cursor' | 'count'>,
) => Promise<Page>;

const fieldOf = (objectType: string, name: string) =>
  ({ type: 'regular_field', object_type: objectType, field_name: name }) as const;

const moment = (instant: number) => ({ type: 'fixed_utc', value: formatSecond(instant) }) as const;

/** A half-open range of a date field; its bounds are whole seconds, which the index cannot take for anything else. */
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

/** The body of `POST /data/search/`, ascending by both dates where nothing else is asked for. */
export const searchBody = (page: SearchPage): object => {
  const { objectType, direction = 'asc', sort = ['date_updated', 'date_created'] } = page;
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
