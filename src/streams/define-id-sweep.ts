import { SEARCH } from '../close/paging/search-query.ts';
import { bySearch, isSearchMark } from '../close/walks/by-search.ts';
import { defineStream, type StreamDefinition } from './define-stream.ts';

/**
 * The ids of all objects of a kind that exist now. The event log tells deletes of 30 days; a table that is compared
 * with this one, from which ACTIVATE_VERSION takes what is gone, shows all of them.
 */
export const defineIdSweep = (name: string, objectType: string, list: string): StreamDefinition =>
  defineStream({
    name,
    keyProperties: ['id'],
    replication: { method: 'FULL_TABLE' },
    requests: [{ to: SEARCH.name, per: SEARCH.limit }],
    walk: bySearch({ objectType, list, fields: () => [] }),
    columns: () => ({ consumed: isSearchMark }),
    selectedByDefault: false,
    note: 'Light requests, for the ids alone. With activate_version, what the table of these objects has and this one lacks was deleted.',
  });
