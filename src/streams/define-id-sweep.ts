import { EVENT_LOG } from '../close/event-log.ts';
import { SEARCH } from '../close/search.ts';
import type { Walk } from '../close/walk.ts';
import { bySearch, isSearchMark } from '../close/walks/by-search.ts';
import { confirmed } from '../close/walks/confirmed.ts';
import { defineStream, type StreamDefinition } from './define-stream.ts';

interface IdSweep extends Pick<StreamDefinition, 'name'> {
  /** What the search and the event log call these objects. */
  readonly objectType: string;
  readonly list: string;
  /** Reads the whole list, however long it is; absent if Close cannot page the list by a date. */
  readonly listWalk?: Walk;
}

/**
 * Defines the ids of all objects of a kind that exist now. The event log shows deletes of the last 30 days only. With
 * ACTIVATE_VERSION, a target removes ids that are gone from this table, so a comparison with it shows all deletes.
 */
export const defineIdSweep = ({ name, list, ...sweep }: IdSweep): StreamDefinition =>
  defineStream({
    name,
    keyProperties: ['id'],
    replication: { method: 'FULL_TABLE' },
    requests: [
      { to: SEARCH.name, per: SEARCH.limit, rows: 'ids in the search' },
      { to: `GET ${list}`, per: 200, rows: 'ids in the list' },
      { to: `GET ${EVENT_LOG.path}` },
    ],
    walk: confirmed(bySearch({ objectType: sweep.objectType, list, fields: () => [] }), { list, ...sweep }),
    columns: () => ({ consumed: isSearchMark }),
    selectedByDefault: false,
    note:
      'The requests are light: they ask for ids only, and read them twice. With activate_version, an object whose id is ' +
      'not in this table was deleted, unless a warning of the run says that the ids are not confirmed.',
  });
