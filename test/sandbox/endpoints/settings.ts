import { badRequest, objectNotFound } from '../api-error.ts';
import { type Call, type Endpoint, pageOf, type Route, route } from '../call.ts';
import { envelope, project, shown } from '../envelope.ts';
import { mix } from '../random.ts';
import type { SandboxOptions } from '../sandbox-options.ts';
import { collectionOf } from '../store.ts';
import type { Row } from '../table.ts';

interface Listing {
  readonly path: string;
  readonly kind: string;
  readonly model: string;
  /** The largest `_limit`; absent if the whole list comes at once. */
  readonly paged?: number;
  readonly fields?: boolean;
  readonly filters?: readonly string[];
  /** A request must have one of these. */
  readonly needs?: readonly string[];
  readonly hide?: readonly string[];
}

const plain = (path: string, kind: string, model: string, more: Partial<Listing> = {}): Listing => ({
  path,
  kind,
  model,
  ...more,
});

const LISTINGS: readonly Listing[] = [
  plain('/user/', 'user', 'User', { paged: 1000 }),
  plain('/status/lead/', 'lead_status', 'LeadStatus'),
  plain('/status/opportunity/', 'opportunity_status', 'OpportunityStatus', { fields: true }),
  plain('/pipeline/', 'pipeline', 'Pipeline'),
  plain('/role/', 'role', 'Role'),
  plain('/group/', 'group', 'Group', { fields: true, hide: ['members'] }),
  plain('/sequence/', 'sequence', 'Sequence', { paged: 200 }),
  plain('/sequence_subscription/', 'sequence_subscription', 'SequenceSubscription', {
    paged: 100,
    filters: ['sequence_id', 'lead_id', 'contact_id'],
    needs: ['sequence_id', 'lead_id', 'contact_id'],
  }),
  plain('/email_template/', 'email_template', 'EmailTemplate', {
    paged: 100,
    filters: ['is_archived', 'is_shared'],
  }),
  plain('/sms_template/', 'sms_template', 'SMSTemplate', { paged: 100 }),
  plain('/outcome/', 'outcome', 'Outcome', { paged: 100, fields: true }),
  plain('/phone_number/', 'phone_number', 'PhoneNumber', {
    paged: 100,
    fields: true,
    filters: ['number', 'user_id', 'is_group_number'],
  }),
  // `_type` is not a filter here, although it looks like one.
  plain('/connected_account/', 'connected_account', 'ConnectedAccount', {
    fields: true,
    filters: ['user_id'],
  }),
  plain('/integration_link/', 'integration_link', 'IntegrationLink'),
  // Only the addresses.
  plain('/unsubscribe/email/', 'unsubscribed_email', 'UnsubscribedEmail', {
    hide: ['id', 'organization_id'],
  }),
  plain('/form/', 'form', 'Form', { paged: 100, fields: true, filters: ['is_archived'] }),
  plain('/comment/', 'comment', 'Comment', {
    filters: ['thread_id', 'object_id'],
    needs: ['thread_id', 'object_id'],
  }),
  plain('/dialer/', 'dialer_session', 'Dialer', {
    paged: 100,
    filters: ['organization_id', 'source_type', 'source_value', 'status', 'status__in', 'user_id'],
  }),
  plain('/bulk_action/email/', 'bulk_email', 'BulkEmail', {
    paged: 100,
    fields: true,
    filters: ['template_id'],
  }),
  plain('/bulk_action/edit/', 'bulk_edit', 'BulkEdit', { paged: 100, fields: true }),
  plain('/bulk_action/delete/', 'bulk_delete', 'BulkDelete', { paged: 100, fields: true }),
  plain('/bulk_action/sequence_subscription/', 'bulk_sequence_subscription', 'BulkSequenceSubscription', {
    paged: 100,
    fields: true,
  }),
  plain('/export/', 'export', 'Export', { paged: 100, fields: true }),
  plain('/webhook/', 'webhook', 'Webhook'),
  plain('/playbook/', 'playbook', 'Playbook', {
    paged: 100,
    filters: ['is_archived', 'position__gt', 'created_at__lt'],
  }),
  plain('/scheduling_link/', 'scheduling_link', 'SchedulingLink'),
  plain('/shared_scheduling_link/', 'shared_scheduling_link', 'SharedSchedulingLink'),
  plain('/blocked_phone_number/', 'blocked_phone_number', 'BlockedPhoneNumber', {
    paged: 100,
    fields: true,
  }),
];

/** A page, or all, of a list of plain rows. */
export function answerRows(
  call: Call,
  rows: readonly Row[],
  listing: Pick<Listing, 'paged' | 'fields' | 'hide'>,
) {
  const ordered = inOrder(rows, call.options.plainOrder);
  const { limit, skip } =
    listing.paged === undefined ? { limit: rows.length, skip: 0 } : pageOf(call, listing.paged);
  const fields = listing.fields === true ? call.params.list('_fields') : undefined;
  const page = ordered.slice(skip, skip + limit).map((row) => {
    const kept = Object.entries(project(shown(row), fields)).filter(([key]) => !listing.hide?.includes(key));
    return JSON.stringify(Object.fromEntries(kept));
  });
  return envelope(page, { has_more: rows.length > skip + limit });
}

let draws = 0;

/** The rows of a list whose order is not documented. */
function inOrder(rows: readonly Row[], order: SandboxOptions['plainOrder']): readonly Row[] {
  if (order === 'inserted') return rows;
  if (order === 'newest-edit-first')
    return [...rows].sort((a, b) => (String(a.date_updated) < String(b.date_updated) ? 1 : -1));
  draws += 1;
  const place = (row: Row) =>
    mix(draws, Number.parseInt(Buffer.from(String(row.id).slice(-6)).toString('hex'), 16) % 2 ** 31);
  return [...rows].sort((a, b) => place(a) - place(b));
}

function list(listing: Listing): Endpoint {
  return (call) => {
    const wanted = (listing.filters ?? []).flatMap((name) => {
      const value = call.params.get(name);
      return value === undefined ? [] : [[name, value] as const];
    });
    if (listing.needs !== undefined && wanted.length === 0)
      throw badRequest(`One of ${listing.needs.join(', ')} is required.`);
    const rows = collectionOf(call.store, listing.kind)
      .all()
      .filter((row) => wanted.every(([name, value]) => matches(row, name, value)));
    return answerRows(call, sorted(call, listing, rows), listing);
  };
}

/** Filters also work on values that a row does not show. */
function matches(row: Row, filter: string, wanted: string): boolean {
  const [name = '', operator] = filter.split('__');
  const real = row[name] ?? row[`$${name}`];
  if (operator === 'in') return wanted.split(',').includes(String(real));
  if (operator === 'gt') return typeof real === 'number' && real > Number(wanted);
  if (operator === 'lt') return Date.parse(String(real)) < Date.parse(wanted);
  return String(real) === wanted;
}

/** `/user/` has two orders, both by name. */
function sorted({ params }: Call, { kind }: Listing, rows: readonly Row[]): readonly Row[] {
  const names = kind === 'user' ? params.all._order_by : undefined;
  if (names !== 'last_name,first_name' && names !== 'first_name,last_name') return rows;
  params.get('_order_by');
  const key = (row: Row) =>
    names
      .split(',')
      .map((name) => String(row[name]))
      .join('\u0000');
  return [...rows].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** Filters threads by id, or by their object. Both accept several values with commas. */
function commentThreads(call: Call) {
  const [ids, objects] = [call.params.list('ids'), call.params.list('object_ids')];
  const rows = collectionOf(call.store, 'comment_thread')
    .all()
    .filter(
      (row) => (ids?.includes(String(row.id)) ?? true) && (objects?.includes(String(row.object_id)) ?? true),
    );
  return answerRows(call, rows, { paged: 100 });
}

/** Permissions that the key's user gives, or if asked for, those that the user has. Those of other users are not shown. */
function sendAs(call: Call) {
  const me = collectionOf(call.store, 'user').at(0)?.id;
  const sides = ['allowing_user_id', 'allowed_user_id'].map((side) => [side, call.params.get(side)] as const);
  const asked = sides.filter(([, user]) => user !== undefined);
  const wanted = asked.length > 0 ? asked : [['allowing_user_id', me] as const];
  if (!wanted.some(([, user]) => user === me))
    throw badRequest('Either allowing_user_id or allowed_user_id must be your own.');
  const rows = collectionOf(call.store, 'send_as')
    .all()
    .filter((row) => wanted.every(([side, user]) => row[side] === user));
  return envelope(rows.map((row) => JSON.stringify(shown(row))));
}

/** The Smart Views. Only those of leads, unless others are asked for. */
function savedSearches(call: Call) {
  const types = call.params.list('type__in') ?? [call.params.get('type') ?? 'lead'];
  const rows = collectionOf(call.store, 'saved_search')
    .all()
    .filter((row) => types.includes(String(row.type)));
  return answerRows(call, rows, { paged: 100 });
}

function one(kind: string, model: string): Endpoint {
  return ({ store, captures, params }) => {
    const row = collectionOf(store, kind).get(captures[0] ?? '');
    if (row === undefined) throw objectNotFound(model);
    return { text: JSON.stringify(project(shown(row), params.list('_fields'))), rows: 1 };
  };
}

export const settingRoutes: readonly Route[] = [
  ...LISTINGS.flatMap((listing) => [
    route('GET', listing.path, list(listing)),
    route('GET', `${listing.path}{id}/`, one(listing.kind, listing.model)),
  ]),
  route('GET', '/comment_thread/', commentThreads),
  route('GET', '/comment_thread/{id}/', one('comment_thread', 'CommentThread')),
  route('GET', '/send_as/', sendAs),
  route('GET', '/send_as/{id}/', one('send_as', 'SendAs')),
  route('GET', '/saved_search/', savedSearches),
  route('GET', '/saved_search/{id}/', one('saved_search', 'SavedSearch')),
  route('GET', '/membership/{id}/', one('membership', 'Membership')),
];
