import { isSkipCapped } from '../close/refusals.ts';
import { SEARCH } from '../close/search.ts';
import { RefusedError } from '../errors.ts';
import { ALL_TIME } from '../time/span.ts';
import { all, readFrom } from './concerns.ts';
import { ACTIVITIES, EVENTS, firstPage, OPPORTUNITIES, TASKS, THREADS } from './dated-lists.ts';
import { type Finding, fails, holds, type Probe, unknown } from './probe.ts';
import type { Scope, Wire } from './scope.ts';

/** Other probes have already asked for the largest pages of these. */
const ASKED = [ACTIVITIES, EVENTS];
/** The other lists that are often long. */
const LISTS = [TASKS.path, OPPORTUNITIES.path, THREADS.path, '/user/', '/lead/', '/contact/'];
/** If one second has very many tasks, a walk asks for pages of this size. */
const LARGEST_OF_TASKS = 1000;

/** The largest page that a stream asks of a list, as the streams declare it. */
const sizeOf = (path: string, { streams }: Pick<Scope, 'streams'>): number =>
  path === TASKS.path
    ? LARGEST_OF_TASKS
    : Math.max(
        ...streams.flatMap(({ requests }) =>
          requests.flatMap(({ to, per = 1 }) =>
            to === `GET ${path}` && typeof per === 'number' ? [per] : [],
          ),
        ),
      );

/**
 * The paths on which a smaller page was asked for after a refusal, each with the limit that Close accepted. The client
 * asks again by itself, so only the requests that were sent show it.
 */
const cappedOn = ({ requests, smallerPageOf }: Wire): readonly string[] => {
  const capped = new Map<string, number>();
  for (const [place, { request, status }] of requests.entries()) {
    const before = requests[place - 1];
    if (status !== 200 || before?.status !== 400) continue;
    const limit = smallerPageOf(request, before.request);
    if (limit !== null) capped.set(request.path, limit);
  }
  return [...capped].map(([path, limit]) => `${path}: ${limit}`);
};

const trySizes = async (scope: Scope): Promise<Finding> => {
  const refusals: RefusedError[] = [];
  /** The key may not read each list. Then the others still show their sizes. */
  const ask = async (asked: Promise<unknown>): Promise<void> => {
    await asked.catch((error: unknown) => {
      if (!(error instanceof RefusedError)) throw error;
      refusals.push(error);
    });
  };
  for (const list of ASKED) await ask(firstPage(list, scope));
  for (const path of LISTS)
    await ask(scope.get(path, { _limit: String(sizeOf(path, scope)), _fields: 'id' }));
  const updated = ALL_TIME;
  const objectType = scope.streams.find(({ fromIndex }) => fromIndex)?.objectType ?? '';
  await ask(scope.search({ objectType, fields: ['id'], updated, sort: [], limit: SEARCH.limit }));
  const capped = cappedOn(scope.wire);
  if (capped.length > 0) return fails(`Close allows smaller pages only: ${capped.join(', ')}`);
  const [refusal] = refusals;
  if (refusal) throw refusal;
  return holds();
};

/** How many rows `_skip` should be able to pass. A second with more rows than that is read type by type. */
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

/** How many rows one request may ask for, or skip. */
export const capProbes: readonly Probe[] = [
  {
    name: 'page-sizes',
    assumes: 'Close accepts the page sizes that walks ask for',
    ifFalse: 'The refusal names the largest page, and later requests keep to it. A sync takes more requests.',
    handledBy: 'http/with-page-limit.ts',
    concerns: (stream) =>
      [...ASKED.map(({ path }) => path), ...LISTS, SEARCH.path].some((path) => readFrom(path)(stream)),
    look: trySizes,
  },
  {
    name: 'skip-reach',
    assumes: `_skip reaches ${DEEP.toLocaleString('en-US')} rows`,
    ifFalse: 'If one second has more rows than _skip reaches, they are read type by type.',
    handledBy: 'close/paging/cross-span.ts',
    concerns: (stream) => [ACTIVITIES, TASKS].some(({ concerns }) => concerns(stream)),
    look: trySkip,
  },
];

/** Whether the answer to a request with a limit says if there are more rows. */
export const moreProbe: Probe = {
  name: 'lists-say-more',
  assumes: 'Each page of a list says whether there are more rows',
  ifFalse: 'Nothing says where the list ends, so its walk stops with a message.',
  concerns: (stream) => !readFrom(EVENTS.path)(stream) && all(stream),
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
    return silent === 0
      ? holds()
      : fails(`${silent} of ${pages.length} lists do not say whether there are more rows`);
  },
};
