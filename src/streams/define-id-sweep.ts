import { EVENT_LOG } from '../close/event-log.ts';
import { SEARCH } from '../close/paging/search-query.ts';
import type { Walk } from '../close/walk.ts';
import { bySearch, isSearchMark } from '../close/walks/by-search.ts';
import { confirmed } from '../close/walks/confirmed.ts';
import { defineStream, type StreamDefinition } from './define-stream.ts';

interface IdSweep extends Pick<StreamDefinition, 'name'> {
  /** What the search and the event log call these objects. */
  readonly objectType: string;
  readonly list: string;
  /** Reads that list, however long it is; where Close has no date to page it by, none does. */
  readonly listWalk?: Walk;
}

/**
 * The ids of all objects of a kind that exist now. The event log tells deletes of 30 days; a table that is compared
 * with this one, from which ACTIVATE_VERSION takes what is gone, shows all of them.
 */
export const defineIdSweep = ({ name, list, ...sweep }: IdSweep): StreamDefinition =>
  defineStream({
    name,
    keyProperties: ['id'],
    replication: { method: 'FULL_TABLE' },
    requests: [
      { to: SEARCH.name, per: SEARCH.limit },
      { to: `GET ${list}`, per: 200, rows: 'once more' },
      { to: `GET ${EVENT_LOG.path}` },
    ],
    walk: confirmed(bySearch({ objectType: sweep.objectType, list, fields: () => [] }), { list, ...sweep }),
    columns: () => ({ consumed: isSearchMark }),
    selectedByDefault: false,
    note:
      'Light requests, for the ids alone, read twice. With activate_version, what the table of these objects has and ' +
      'this one lacks was deleted, unless a warning of the run says that the ids are not confirmed.',
  });
