import { badRequest, fieldError, objectNotFound } from '../api-error.ts';
import { boundsOf, type Call, pageOf, type Route, route } from '../call.ts';
import { envelope } from '../envelope.ts';
import { readId } from '../ids.ts';
import { DAY, type Micros, naive } from '../moments.ts';
import { mix } from '../random.ts';
import { eventHead, eventKind } from '../rows/event.ts';
import type { Row } from '../table.ts';

const FILTERS = ['action', 'lead_id', 'object_id', 'object_type', 'request_id', 'user_id'] as const;

/** The combinations of filters that Close supports, each with or without date_updated; names in alphabetical order. */
const ALLOWED = new Set([
  '',
  'object_id object_type',
  'action object_type',
  'action object_id',
  'lead_id object_type',
  'action lead_id object_type',
  'lead_id object_type user_id',
  'action lead_id object_type user_id',
  'lead_id user_id',
  'object_id user_id',
  'action object_id user_id',
  'object_type user_id',
  'action object_type user_id',
  'lead_id',
  'user_id',
  'request_id',
]);

/** A position between two events, and the direction to read in. */
interface EventCursor {
  readonly way: 'next' | 'previous';
  readonly updated: Micros;
  readonly ordinal: number;
}

/** `/event/`: newest first, at most 50 rows, 30 days. With a cursor, date bounds are ignored. */
function list(call: Call) {
  const { params, store, options } = call;
  if (options.eventAccess === 'none') throw badRequest('You do not have access to the event log.');
  const { limit } = limitOf(call);
  const wanted = FILTERS.flatMap((name) => {
    const value = params.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  if (!ALLOWED.has(wanted.map(([name]) => name).join(' ')))
    throw badRequest(`Filtering by ${wanted.map(([name]) => name).join(' and ')} is not supported.`);
  const given = params.get('_cursor');
  if (given !== undefined && options.eventCursor === 'refused')
    throw fieldError('_cursor', ['Invalid cursor.']);
  const cursor = options.eventCursor === 'endless' ? undefined : readCursor(given);
  const bounds = cursor === undefined ? boundsOf(call, 'date_updated') : undefined;
  const table = store.tables.event;
  const index = table.index(['updated']);
  const low = index.lowerBound([
    Math.max(bounds?.low ?? -Infinity, call.now - options.eventRetentionDays * DAY),
  ]);
  const high = index.lowerBound([bounds?.high ?? Infinity]);
  const about = params.all.object_id === undefined ? -1 : readId(params.all.object_id);
  const [objectType, action] = [params.all.object_type, params.all.action];
  const fits = (ordinal: number): boolean => {
    if (!visible(call, ordinal)) return false;
    if (wanted.length === 0) return true;
    const kind = eventKind(store, ordinal);
    if (objectType !== undefined && kind.object_type !== objectType) return false;
    if (action !== undefined && kind.action !== action) return false;
    if (about >= 0 && table.patch(ordinal) === undefined && table.ref[ordinal] !== about) return false;
    const head = eventHead(store, ordinal);
    return wanted.every(([name, value]) => head[name] === value);
  };
  const found: number[] = [];
  let more = false;
  const backwards = cursor?.way === 'previous';
  const start = cursor === undefined ? high : index.lowerBound([cursor.updated], cursor.ordinal);
  const step = backwards ? 1 : -1;
  for (let at = backwards ? start + 1 : start - 1; at >= low && at < index.length; at += step) {
    const ordinal = index.at(at);
    if (!fits(ordinal)) continue;
    if (found.length === limit) {
      more = true;
      break;
    }
    found.push(ordinal);
  }
  if (backwards) found.reverse();
  if (options.unordered.includes('/event/')) found.sort((a, b) => mix(0x0dd, a) - mix(0x0dd, b));
  const [first, last] = [found[0], found[found.length - 1]];
  const token = (way: EventCursor['way'], ordinal: number | undefined) =>
    ordinal === undefined ? null : writeCursor({ way, updated: table.updated[ordinal] ?? 0, ordinal });
  return envelope(
    found.map((ordinal) => eventText(call, ordinal)),
    {
      cursor_next: backwards || more ? token('next', last) : null,
      cursor_previous: backwards
        ? more
          ? token('previous', first)
          : null
        : cursor
          ? token('previous', first)
          : null,
    },
  );
}

function limitOf(call: Call) {
  return call.params.all._limit === undefined ? { limit: 50 } : pageOf(call, 50);
}

/** Events appear late, and not in the order in which they happened. */
function visible({ store, options, now }: Call, ordinal: number): boolean {
  if (options.eventLagMs === 0) return true;
  const updated = store.tables.event.updated[ordinal] ?? 0;
  const lag = options.eventLagMs * (0.2 + 0.8 * ((mix(store.seed, ordinal) % 1000) / 1000));
  return updated + lag * 1000 <= now;
}

function eventText({ store, options, now }: Call, ordinal: number): string {
  const { event } = store.tables;
  const fresh = (event.updated[ordinal] ?? 0) > now - DAY / 24;
  const withData = options.eventAccess === 'admin' || fresh;
  if (withData && options.eventZone === 0) return event.text(ordinal);
  const { data, previous_data, ...rest } = event.row(ordinal) as Row;
  const hours = (column: 'created' | 'updated') =>
    naive((event[column][ordinal] ?? 0) + options.eventZone * (DAY / 24));
  const dates = { date_created: hours('created'), date_updated: hours('updated') };
  return JSON.stringify({ ...rest, ...dates, ...(withData && { data, previous_data }) });
}

function writeCursor({ way, updated, ordinal }: EventCursor): string {
  return Buffer.from(`${way}:${updated}:${ordinal}`).toString('base64url');
}

function readCursor(text: string | undefined): EventCursor | undefined {
  if (text === undefined) return undefined;
  const [way, updated, ordinal] = Buffer.from(text, 'base64url').toString().split(':');
  if ((way !== 'next' && way !== 'previous') || updated === undefined || ordinal === undefined)
    throw fieldError('_cursor', ['Invalid cursor.']);
  return { way, updated: Number(updated), ordinal: Number(ordinal) };
}

export const eventRoutes: readonly Route[] = [
  route('GET', '/event/', list),
  route('GET', '/event/{id}/', (call) => {
    const ordinal = call.store.tables.event.find(call.captures[0] ?? '');
    if (ordinal < 0) throw objectNotFound('Event');
    return { text: eventText(call, ordinal), rows: 1 };
  }),
];
