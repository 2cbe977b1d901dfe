import { byEvents } from '../close/by-events.ts';
import { DAY, MINUTE } from '../time.ts';
import { defineStream } from './define-stream.ts';

/** Events turn up late and are merged with later ones, which moves their date: hence the margin. */
export const eventLog = defineStream({
  name: 'event_log',
  keyProperties: ['id'],
  replication: { method: 'INCREMENTAL', key: 'date_updated' },
  walk: byEvents(),
  margin: 5 * MINUTE,
  reach: 30 * DAY,
  showsChanges: true,
});
