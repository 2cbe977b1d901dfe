import { fieldError, objectNotFound } from '../api-error.ts';
import { type Bounds, boundsOf, type Call, type Route, route } from '../call.ts';
import { envelope, project, sent, shown } from '../envelope.ts';
import { readId } from '../ids.ts';
import { readMoment, SECOND } from '../moments.ts';
import { type Query, runQuery } from '../query.ts';
import { asksForSmartFields, withSmartFields } from '../rows/smart-fields.ts';
import { collectionOf } from '../store.ts';
import type { Column, Row } from '../table.ts';
import { among, answerQuery, byIds, ofLead } from './listing.ts';

const MINUTE = 60 * SECOND;

/** The undocumented text search: `date_updated>="2026-01-01T00:00" sort:date_updated`, precise to the minute. */
function legacyQuery(text: string, offset: number): Pick<Query, 'order' | 'descending' | 'bounds'> {
  const bounds = new Map<Column, Bounds>();
  for (const [, field = '', operator = '', value = ''] of text.matchAll(
    /(?:date_)?(updated|created)\s*(>=|<=|>|<)\s*"?([\dT:.Z+-]+)"?/g,
  )) {
    const at = readMoment(value, offset);
    if (at === undefined) continue;
    const floor = Math.floor(at / MINUTE) * MINUTE;
    const column = field as Column;
    const old = bounds.get(column) ?? { low: -Infinity, high: Infinity };
    const next = operator.endsWith('=') ? floor : floor + MINUTE;
    if (operator.startsWith('>')) bounds.set(column, { ...old, low: next });
    else bounds.set(column, { ...old, high: operator === '<' ? floor : floor + MINUTE });
  }
  const sort = /sort:(-?)(?:date_)?(updated|created)/.exec(text);
  return { order: (sort?.[2] ?? 'updated') as Column, descending: sort === null || sort[1] === '-', bounds };
}

/** `id__in` is not documented, and was tried with a hundred ids. The sandbox refuses more, so that nobody relies on them. */
const MOST_IDS = 100;

/** `/lead/` has no date filter and ignores any that is sent. The lead that changed last comes first. */
function leads(call: Call) {
  const table = call.store.tables.lead;
  const text = call.params.get('query');
  const found = legacyQuery(text ?? '', call.offset);
  if ((call.params.list('id__in') ?? []).length > MOST_IDS) throw fieldError('id__in', 'List is too long.');
  const fields = call.params.list('_fields');
  return answerQuery(
    call,
    { table, ...found, among: byIds(call, table) },
    {
      largest: 200,
      total: true,
      fields: true,
      ...(asksForSmartFields(fields) && { view: (row: Row) => withSmartFields(call.store, row, fields) }),
    },
  );
}

function contacts(call: Call) {
  const table = call.store.tables.contact;
  const query: Query = {
    table,
    order: 'created',
    descending: true,
    bounds: new Map(),
    among: call.options.idsInAllLists ? among(call, table) : ofLead(call, table),
  };
  return answerQuery(call, query, { largest: 200, fields: true });
}

const ORDERS: Readonly<Record<string, Column>> = {
  date_won: 'at',
  date_updated: 'updated',
  date_created: 'created',
};
const EQUAL = ['user_id', 'status_id', 'status_type', 'status_label', 'value_period'] as const;

/** `/opportunity/` is the only list with real date filters and orders. */
function opportunities(call: Call) {
  const { params, store } = call;
  const table = store.tables.opportunity;
  const asked = params.all._order_by?.replace(/^-/, '') ?? '';
  const order = asked in ORDERS ? (params.get('_order_by') ?? '-date_created') : '-date_created';
  const bounds = new Map<Column, Bounds>();
  for (const [field, column] of Object.entries(ORDERS)) {
    const found = boundsOf(call, field);
    if (found !== undefined) bounds.set(column, found);
  }
  const tests = EQUAL.flatMap((name) => {
    const values = params.list(`${name}__in`) ?? params.list(name);
    return values === undefined ? [] : [(n: number) => values.includes(String(table.row(n)[name]))];
  });
  const query: Query = {
    table,
    order: ORDERS[order.replace(/^-/, '')] ?? 'created',
    descending: order.startsWith('-'),
    bounds,
    test: tests.length === 0 ? undefined : (n) => tests.every((test) => test(n)),
    among: call.options.idsInAllLists ? among(call, table) : ofLead(call, table),
  };
  return answerQuery(call, query, { largest: 250, total: true, fields: true, extra: () => aggregates });
}

/** Of the totals, only the names are imitated. */
const aggregates: Row = {
  count_by_value_period: { one_time: 0, monthly: 0, annual: 0 },
  total_value_one_time: 0,
  total_value_monthly: 0,
  total_value_annual: 0,
  total_value_annualized: 0,
  expected_value_one_time: 0,
  expected_value_monthly: 0,
  expected_value_annual: 0,
  expected_value_annualized: 0,
};

const one = (kind: 'lead' | 'contact' | 'opportunity' | 'custom_object', model: string) => (call: Call) => {
  const table = call.store.tables[kind];
  const id = call.captures[0] ?? '';
  const found = table.find(id);
  const ordinal = found < 0 && kind === 'lead' ? lingering(call, id) : found;
  if (ordinal < 0) throw objectNotFound(model);
  const fields = call.params.list('_fields');
  const row = table.row(ordinal);
  const whole = kind === 'lead' ? withSmartFields(call.store, row, fields) : row;
  return { text: JSON.stringify(sent(project(whole, fields), kind, call.options)), rows: 1 };
};

/** The ordinal of a lead that was deleted a moment ago, or -1. */
function lingering({ store, options, now }: Call, id: string): number {
  const { lead } = store.tables;
  const ordinal = readId(id);
  const left = lead.left.get(ordinal);
  if (left === undefined || left + options.deletedAnswersMs * 1000 <= now) return -1;
  return lead.id(ordinal) === id ? ordinal : -1;
}

/** `/custom_object/` needs a lead, and sends all of its objects at once. Only a search finds those of all leads. */
function customObjects(call: Call) {
  const table = call.store.tables.custom_object;
  const lead = call.params.all.lead_id;
  if (lead === undefined) throw fieldError('lead_id', 'This field is required.');
  const type = call.params.get('custom_object_type_id');
  const test = type === undefined ? undefined : (n: number) => table.row(n).custom_object_type_id === type;
  const query: Query = {
    table,
    order: 'created',
    descending: true,
    bounds: new Map(),
    among: ofLead(call, table),
    test,
  };
  const found = runQuery(query).take(0, table.size);
  return envelope(
    found.map((ordinal) => table.text(ordinal)),
    { has_more: false },
  );
}

/** Files are listed for one lead at a time, all at once. */
function files({ store, captures }: Call) {
  const lead = captures[0] ?? '';
  if (store.tables.lead.find(lead) < 0) throw objectNotFound('Lead');
  const rows = collectionOf(store, 'lead_file')
    .all()
    .filter((row) => row.lead_id === lead);
  return envelope(rows.map((row) => JSON.stringify(shown(row))));
}

export const leadRoutes: readonly Route[] = [
  route('GET', '/lead/', leads),
  route('GET', '/lead/{id}/', one('lead', 'Lead')),
  route('GET', '/lead/{id}/files/', files),
  route('GET', '/contact/', contacts),
  route('GET', '/contact/{id}/', one('contact', 'Contact')),
  route('GET', '/opportunity/', opportunities),
  route('GET', '/opportunity/{id}/', one('opportunity', 'Opportunity')),
  route('GET', '/custom_object/', customObjects),
  route('GET', '/custom_object/{id}/', one('custom_object', 'CustomObject')),
];
