import { IDS_PER_REQUEST } from '../close/ask-by-ids.ts';
import { byIdsFrom } from './concerns.ts';
import { ACTIVITIES, firstPage } from './dated-lists.ts';
import { type Finding, fails, holds, type Probe, unknown } from './probe.ts';
import type { Scope } from './scope.ts';

const ASKED = 3;

/** Asks a list for a few rows by their ids. They are not its first rows, so a list that ignores the ids sends others. */
const tryIds =
  (path: string) =>
  async (scope: Scope): Promise<Finding> => {
    const { rows } =
      path === ACTIVITIES.path ? await firstPage(ACTIVITIES, scope) : await smallPage(path, scope);
    const ids = rows.slice(-ASKED).map(({ id }) => id);
    if (rows.length <= 2 * ASKED) return unknown('there are too few rows');
    const answer = await scope.get(path, { id__in: ids.join(','), _limit: String(IDS_PER_REQUEST) });
    const strangers = answer.rows.filter(({ id }) => !ids.includes(id)).length;
    if (strangers > 0) return fails(`asked for ${ids.length} by id, ${strangers} others came`);
    return answer.rows.length > 0 ? holds() : unknown('none of the rows came');
  };

/** A page of few rows. Several probes share it. */
export const smallPage = (path: string, scope: Scope) => scope.read(path, { _limit: '20' });

const tryPost = async (scope: Scope): Promise<Finding> => {
  const { rows } = await firstPage(ACTIVITIES, scope);
  const ids = rows.slice(-ASKED).map(({ id }) => id);
  if (ids.length === 0) return unknown('there are no activities');
  const often = Math.ceil(scope.wire.longestUrl / ids.join(',').length);
  const long = Array.from({ length: often }, () => ids).flat();
  const sent = scope.wire.requests.length;
  try {
    const answer = await scope.get(ACTIVITIES.path, {
      id__in: long.join(','),
      _limit: String(IDS_PER_REQUEST),
    });
    return answer.rows.every(({ id }) => ids.includes(id)) && answer.rows.length > 0
      ? holds()
      : unknown('other rows came');
  } catch (error) {
    const status = scope.wire.requests[sent]?.status;
    if (status === 405 || status === 404) return fails(`Close refuses it with ${status}`);
    throw error;
  }
};

const idProbe = (name: string, path: string, handledBy?: string): Probe => ({
  name,
  assumes: `${path} applies id__in`,
  ifFalse:
    handledBy === undefined
      ? 'Late changes cannot be fetched, so edits of old rows are missed.'
      : 'Late changes are fetched one by one.',
  ...(handledBy === undefined ? {} : { handledBy }),
  concerns: byIdsFrom(path),
  look: tryIds(path),
});

const ONE_BY_ONE = 'close/by-ids.ts';

/** Whether objects can be asked for by their ids. */
export const idProbes: readonly Probe[] = [
  idProbe('ids-of-activities', ACTIVITIES.path),
  idProbe('ids-of-leads', '/lead/', ONE_BY_ONE),
  idProbe('ids-of-contacts', '/contact/', ONE_BY_ONE),
  idProbe('ids-of-opportunities', '/opportunity/', ONE_BY_ONE),
  {
    name: 'ids-by-post',
    assumes: 'Close treats a POST with X-HTTP-Method-Override: GET as a GET',
    ifFalse:
      'Close refuses requests with many ids or field names, because they are too long. Late changes may be missed.',
    concerns: byIdsFrom(ACTIVITIES.path),
    looksAgain: true,
    look: tryPost,
  },
];
