import { objectNotFound } from '../api-error.ts';
import { type Answer, boundsOf, type Call, type Endpoint, type Route, route } from '../call.ts';
import { project } from '../envelope.ts';
import { ACTIVITY_TYPES, EMAIL_THREAD } from '../kinds.ts';
import type { Query } from '../query.ts';
import { asksForTranscripts, withTranscripts } from '../rows/transcripts.ts';
import { butNot, type Column, type Row, type Table } from '../table.ts';
import { among, answerQuery, childrenOf } from './listing.ts';

/** Filters that work only with a single `lead_id`. Otherwise they are ignored. */
const WITH_LEAD = ['user_id', 'contact_id', 'custom_activity_type_id'] as const;
const BODIES = ['body_text', 'body_html', 'body_text_quoted', 'body_html_quoted'];

/** `/activity/` and its lists by type: only date_created can be filtered, and the only order is newest first. */
function list(type: number | undefined): Endpoint {
  return (call) => {
    const { params, store } = call;
    const table = store.tables.activity;
    const lead = params.get('lead_id');
    const scoped = lead !== undefined && !lead.includes(',');
    const tests: ((ordinal: number) => boolean)[] = [];
    let rows = among(call, table);
    if (rows === undefined && type === undefined) {
      const leads = params.list('lead_id__in');
      if (leads !== undefined) rows = childrenOf(call, table, leads);
    }
    if (scoped) tests.push(...leadFilters(call, table, type === undefined));
    if (type !== undefined && rows !== undefined) tests.push((n) => table.type[n] === type);
    const order = orderOf(call, scoped && type === undefined);
    const bounds = boundsOf(call, order.column === 'at' ? 'activity_at' : 'date_created');
    const threads = type === undefined ? (params.get('thread_emails') ?? 'absent') : 'typed';
    const shownType = typeShown(threads, type, call);
    if (rows !== undefined && threads === 'only') tests.push((n) => table.type[n] === EMAIL_THREAD);
    if (rows !== undefined && shownType === butNot(EMAIL_THREAD))
      tests.push((n) => table.type[n] !== EMAIL_THREAD);
    const query: Query = {
      table,
      order: order.column,
      descending: order.descending,
      bounds: new Map(bounds && [[order.column, bounds]]),
      type: shownType,
      test: tests.length === 0 ? undefined : (ordinal) => tests.every((test) => test(ordinal)),
      among: rows,
    };
    const transcribed = call.options.transcripts === 'lists' && asksForTranscripts(params.list('_fields'));
    return answerQuery(call, query, {
      largest: 100,
      fields: true,
      ...(threads === 'true' && { view: stripped }),
      ...(transcribed && { view: withTranscripts }),
    });
  };
}

function typeShown(threads: string, type: number | undefined, { options }: Call): number | undefined {
  if (type !== undefined) return type;
  if (threads === 'only') return EMAIL_THREAD;
  return threads === 'true' || options.emailThreadsByDefault ? undefined : butNot(EMAIL_THREAD);
}

function orderOf({ params }: Call, allowed: boolean): { column: Column; descending: boolean } {
  const name = allowed ? params.get('_order_by') : undefined;
  return { column: name?.endsWith('activity_at') ? 'at' : 'created', descending: name !== 'date_created' };
}

function leadFilters({ params, store }: Call, table: Table, feed: boolean): ((ordinal: number) => boolean)[] {
  const tests: ((ordinal: number) => boolean)[] = [];
  const types = [...(params.list('_type') ?? []), ...((feed && params.list('_type__in')) || [])];
  if (types.length > 0)
    tests.push((n) => {
      const name = ACTIVITY_TYPES[table.type[n] ?? 0]?.name ?? '';
      if (types.includes(name)) return true;
      if (name !== 'CustomActivity') return false;
      return types.includes('Custom') || types.includes(String(table.row(n).custom_activity_type_id));
    });
  for (const name of WITH_LEAD) {
    const values = params.list(name) ?? params.list(`${name}__in`);
    if (values !== undefined) tests.push((n) => values.includes(String(store.tables.activity.row(n)[name])));
  }
  return tests;
}

/** With `thread_emails=true`, single e-mails come without their bodies. */
function stripped(row: Row): Row {
  return row._type === 'Email'
    ? Object.fromEntries(Object.entries(row).filter(([key]) => !BODIES.includes(key)))
    : row;
}

function one(type: number | undefined): Endpoint {
  return (call): Answer => {
    const table = call.store.tables.activity;
    const ordinal = table.find(call.captures[0] ?? '');
    if (ordinal < 0 || (type !== undefined && table.type[ordinal] !== type))
      throw objectNotFound(type === undefined ? 'Activity' : (ACTIVITY_TYPES[type]?.name ?? 'Activity'));
    const fields = call.params.list('_fields');
    const transcribed = call.options.transcripts !== 'nowhere' && asksForTranscripts(fields);
    const whole = table.row(ordinal);
    const row = project(transcribed ? withTranscripts(whole) : whole, fields);
    return { text: JSON.stringify(row), rows: 1 };
  };
}

export const activityRoutes: readonly Route[] = [
  route('GET', '/activity/', list(undefined)),
  ...ACTIVITY_TYPES.flatMap(({ path }, type) => [
    route('GET', `/activity/${path}/`, list(type)),
    route('GET', `/activity/${path}/{id}/`, one(type)),
  ]),
];
