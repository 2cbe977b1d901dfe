import { ACTIVITIES, firstPage } from './dated-lists.ts';
import { type Finding, fails, holds, type Probe, unknown } from './probe.ts';
import type { Scope } from './scope.ts';
import { byIdsFrom } from './touches.ts';

const ASKED = 3;

/** Asks a list of many for a few of its rows, which are not its first. */
const tryIds =
  (path: string) =>
  async (scope: Scope): Promise<Finding> => {
    const { rows } =
      path === ACTIVITIES.path ? await firstPage(ACTIVITIES, scope) : await someOf(path, scope);
    const ids = rows.slice(-ASKED).map(({ id }) => id);
    if (rows.length <= 2 * ASKED) return unknown('there are too few rows');
    const answer = await scope.get(path, { id__in: ids.join(','), _limit: '50' });
    const strangers = answer.rows.filter(({ id }) => !ids.includes(id)).length;
    if (strangers > 0) return fails(`asked for ${ids.length} by id, ${strangers} others came`);
    return answer.rows.length > 0 ? holds() : unknown('none of them came');
  };

/** A light page of a list. */
export const someOf = (path: string, scope: Scope) => scope.read(path, { _limit: '20' });

/** Where a URL would be longer than this, the client sends a POST. */
const LONGEST_URL = 2_000;

const tryPost = async (scope: Scope): Promise<Finding> => {
  const { rows } = await firstPage(ACTIVITIES, scope);
  const ids = rows.slice(-ASKED).map(({ id }) => id);
  if (ids.length === 0) return unknown('there are no activities');
  const often = Math.ceil(LONGEST_URL / ids.join(',').length);
  const long = Array.from({ length: often }, () => ids).flat();
  const sent = scope.wire.requests.length;
  try {
    const answer = await scope.get(ACTIVITIES.path, { id__in: long.join(','), _limit: '50' });
    return answer.rows.every(({ id }) => ids.includes(id)) && answer.rows.length > 0
      ? holds()
      : unknown('other rows came');
  } catch (error) {
    const status = scope.wire.requests[sent]?.status;
    if (status === 405 || status === 404) return fails(`it is refused with ${status}`);
    throw error;
  }
};

const idProbe = (name: string, path: string, survivedBy?: string): Probe => ({
  name,
  assumes: `${path} knows id__in`,
  ifFalse:
    survivedBy === undefined
      ? 'Late changes cannot be fetched, so edits of old rows are missed.'
      : 'Late changes are fetched one by one.',
  ...(survivedBy === undefined ? {} : { survivedBy }),
  touches: byIdsFrom(path),
  look: tryIds(path),
});

const ONE_BY_ONE = 'close/by-ids.ts';

/** Objects can be asked for by their ids. */
export const idProbes: readonly Probe[] = [
  idProbe('ids-of-activities', ACTIVITIES.path),
  idProbe('ids-of-leads', '/lead/', ONE_BY_ONE),
  idProbe('ids-of-contacts', '/contact/', ONE_BY_ONE),
  idProbe('ids-of-opportunities', '/opportunity/', ONE_BY_ONE),
  {
    name: 'ids-by-post',
    assumes: 'A POST that says it is a GET is taken for one',
    ifFalse:
      'Requests with many ids and field names are refused for their length; late changes may be missed.',
    touches: byIdsFrom(ACTIVITIES.path),
    looksAgain: true,
    look: tryPost,
  },
];
