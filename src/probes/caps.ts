import { isSkipCapped } from '../close/refusals.ts';
import type { ApiRequest } from '../http/request.ts';
import { isRecord } from '../json/is-record.ts';
import { END, START } from '../time/span.ts';
import { ACTIVITIES, EVENTS, firstPage, OPPORTUNITIES, TASKS } from './dated-lists.ts';
import { type Finding, fails, holds, type Probe, unknown } from './probe.ts';
import type { Scope, Wire } from './scope.ts';
import { all, readFrom } from './touches.ts';

/** Largest pages that walks ask for, besides those that were asked for already. */
const SIZES: readonly (readonly [string, number])[] = [
  [TASKS.path, 1000],
  [OPPORTUNITIES.path, 200],
];
const SEARCH = '/data/search/';
const MOST_FOUND = 200;

const limitOf = ({ query, body }: ApiRequest): number | null => {
  const limit = Number(query?._limit ?? (isRecord(body) ? body._limit : undefined));
  return Number.isInteger(limit) ? limit : null;
};

/** The request without its limit, by which a repetition of it is known. */
const unlimited = ({ path, query, body }: ApiRequest): string =>
  JSON.stringify([path, { ...query, _limit: '' }, isRecord(body) ? { ...body, _limit: '' } : null]);

/** The client asks for a smaller page by itself where one is refused: the wire tells. */
const cappedOn = ({ requests }: Wire): readonly string[] => {
  const capped = new Map<string, number>();
  for (const [place, { request, status }] of requests.entries()) {
    const before = requests[place - 1];
    const limit = limitOf(request);
    if (status !== 200 || before?.status !== 400 || limit === null) continue;
    const isSmaller = limit < (limitOf(before.request) ?? 0);
    if (isSmaller && unlimited(request) === unlimited(before.request)) capped.set(request.path, limit);
  }
  return [...capped].map(([path, limit]) => `${path}: ${limit}`);
};

const trySizes = async (scope: Scope): Promise<Finding> => {
  await firstPage(ACTIVITIES, scope);
  await firstPage(EVENTS, scope);
  for (const [path, limit] of SIZES) await scope.get(path, { _limit: String(limit), _fields: 'id' });
  const updated = { from: START, to: END };
  const objectType = scope.streams.find(({ fromIndex }) => fromIndex)?.objectType ?? '';
  await scope.search({ objectType, fields: ['id'], updated, sort: [], limit: MOST_FOUND });
  const capped = cappedOn(scope.wire);
  return capped.length === 0 ? holds() : fails(`smaller pages only: ${capped.join(', ')}`);
};

/** Behind so many rows of one second, a list is read type by type. */
const DEEP = 10_000;

const trySkip = async (scope: Scope): Promise<Finding> => {
  if ((await firstPage(ACTIVITIES, scope)).rows.length === 0) return unknown('there are no activities');
  for (const { path, query } of [ACTIVITIES, TASKS]) {
    try {
      await scope.get(path, { ...query, _limit: '1', _skip: String(DEEP) });
    } catch (error) {
      if (!isSkipCapped(error)) throw error;
      return fails(`${path} refuses to skip ${DEEP.toLocaleString('en-US')} rows`);
    }
  }
  return holds();
};

/** How much one request may ask for. */
export const capProbes: readonly Probe[] = [
  {
    name: 'page-sizes',
    assumes: 'Pages are as large as walks ask for',
    ifFalse: 'The refusal names the largest page, and all go by it; a sync takes more requests.',
    survivedBy: 'http/with-page-limit.ts',
    touches: (stream) =>
      [ACTIVITIES.path, EVENTS.path, TASKS.path, OPPORTUNITIES.path, SEARCH].some((path) =>
        readFrom(path)(stream),
      ),
    look: trySizes,
  },
  {
    name: 'skip-reach',
    assumes: `_skip reaches ${DEEP.toLocaleString('en-US')} rows`,
    ifFalse: 'More rows of one second than it reaches are read type by type.',
    survivedBy: 'close/paging/cross-span.ts',
    touches: (stream) => [ACTIVITIES, TASKS].some(({ touches }) => touches(stream)),
    look: trySkip,
  },
];

/** A list that was asked for with a limit says whether there is more. */
export const moreProbe: Probe = {
  name: 'lists-say-more',
  assumes: 'A list that is paged says whether there is more',
  ifFalse: 'Nothing says where the list ends, so its walk stops with a message.',
  touches: (stream) => !readFrom(EVENTS.path)(stream) && all(stream),
  look: async (scope) => {
    const pages = [
      ...[
        await firstPage(ACTIVITIES, scope),
        await firstPage(TASKS, scope),
        await firstPage(OPPORTUNITIES, scope),
      ],
      await scope.read('/user/', { _limit: '100' }),
    ];
    const silent = pages.filter(({ hasMore }) => hasMore === null).length;
    return silent === 0 ? holds() : fails(`${silent} of ${pages.length} lists do not`);
  },
};
