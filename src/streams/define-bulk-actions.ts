import { byList } from '../close/walks/by-list.ts';
import { defineStream, type StreamDefinition } from './define-stream.ts';

/** What was done to many objects in one go; each kind of it has a list of its own. */
export const defineBulkActions = (name: string, path: string): StreamDefinition =>
  defineStream({
    name,
    keyProperties: ['id'],
    replication: { method: 'FULL_TABLE' },
    source: `GET ${path}`,
    cost: '1 per 100',
    walk: byList([{ path, limit: 100 }]),
    selectedByDefault: false,
    note: 'Read in full: Close lets their dates be null.',
  });
