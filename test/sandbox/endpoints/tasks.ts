import { objectNotFound } from '../api-error.ts';
import { type Bounds, boundsOf, type Call, type Route, route } from '../call.ts';
import { project } from '../envelope.ts';
import { TASK_TYPES } from '../kinds.ts';
import { DAY } from '../moments.ts';
import type { Query } from '../query.ts';
import { taskIsComplete } from '../rows/task.ts';
import type { Column, Table } from '../table.ts';
import { among, answerQuery } from './listing.ts';

const ORDERS: Readonly<Record<string, Column>> = {
  date: 'at',
  date_created: 'created',
  date_updated: 'updated',
};

/** `/task/`: only tasks of type lead, unless `_type` says otherwise. Orders that are not documented are ignored. */
function list(call: Call) {
  const { params, store, options } = call;
  const table = store.tables.task;
  const asked = params.all._order_by;
  const documented = asked !== undefined && ['date', 'date_created'].includes(asked.replace(/^-/, ''));
  const order = (documented ? params.get('_order_by') : undefined) ?? options.taskOrder;
  const bounds = new Map<Column, Bounds>();
  for (const [field, column] of [
    ['date_created', 'created'],
    ['date_updated', 'updated'],
    ['date', 'at'],
    ['due_date', 'at'],
  ] as const) {
    const found = boundsOf(call, field);
    if (found !== undefined) bounds.set(column, found);
  }
  const tests = [typeTest(call, table), ...rowTests(call, table), ...viewTest(call, table)].filter(
    (t) => t !== undefined,
  );
  const id = params.get('id');
  const query: Query = {
    table,
    order: ORDERS[order.replace(/^-/, '')] ?? 'created',
    descending: order.startsWith('-'),
    bounds,
    test: tests.length === 0 ? undefined : (ordinal) => tests.every((test) => test(ordinal)),
    among: id === undefined ? among(call, table) : [table.find(id)].filter((ordinal) => ordinal >= 0),
  };
  return answerQuery(call, query, { largest: 1000, total: true, fields: true });
}

type Test = (ordinal: number) => boolean;

function typeTest({ params }: Call, table: Table): Test | undefined {
  const names = params.list('_type__in') ?? [params.get('_type') ?? 'lead'];
  if (names.includes('all')) return undefined;
  const codes = names.map((name) => (TASK_TYPES as readonly string[]).indexOf(name));
  return (ordinal) => codes.includes(table.type[ordinal] ?? -1);
}

function rowTests({ params, store }: Call, table: Table): Test[] {
  const tests: Test[] = [];
  const complete = params.get('is_complete');
  if (complete !== undefined) {
    const wanted = /^(true|1)$/i.test(complete);
    tests.push((ordinal) => taskIsComplete(store, ordinal) === wanted);
  }
  const assigned = params.get('assigned_to');
  if (assigned !== undefined) tests.push((ordinal) => table.row(ordinal).assigned_to === assigned);
  return tests;
}

function viewTest({ params, store, now }: Call, table: Table): Test[] {
  const view = params.get('view');
  const tomorrow = (Math.floor(now / DAY) + 1) * DAY;
  if (view === 'archive') return [(n) => taskIsComplete(store, n)];
  if (view === 'inbox') return [(n) => !taskIsComplete(store, n) && (table.at[n] ?? 0) < tomorrow];
  return view === 'future' ? [(n) => !taskIsComplete(store, n) && (table.at[n] ?? 0) >= tomorrow] : [];
}

export const taskRoutes: readonly Route[] = [
  route('GET', '/task/', list),
  route('GET', '/task/{id}/', ({ store, captures, params }) => {
    const ordinal = store.tables.task.find(captures[0] ?? '');
    if (ordinal < 0) throw objectNotFound('Task');
    return { text: JSON.stringify(project(store.tables.task.row(ordinal), params.list('_fields'))), rows: 1 };
  }),
];
