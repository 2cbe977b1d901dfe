import { objectNotFound, urlNotFound } from '../api-error.ts';
import { type Call, type Route, route } from '../call.ts';
import { envelope, shown } from '../envelope.ts';
import { collectionOf } from '../store.ts';
import type { Row } from '../table.ts';
import { answerRows } from './settings.ts';

const PAGED = ['lead', 'contact', 'opportunity', 'activity'];
const WHOLE = ['custom_object_type', 'shared'];

function definitions({ store }: Call, objectType: string): Row[] {
  return collectionOf(store, 'custom_field')
    .all()
    .filter((row) => row.$of === objectType);
}

/** The lists by type leave shared fields out. The list of custom objects does not say whether there are more rows. */
const list = (objectType: string) => (call: Call) => {
  const rows = definitions(call, objectType);
  if (objectType === 'custom_object_type') return envelope(rows.map((row) => JSON.stringify(shown(row))));
  return answerRows(call, rows, { fields: true, ...(PAGED.includes(objectType) && { paged: 1000 }) });
};

const one = (objectType: string) => (call: Call) => {
  const row = definitions(call, objectType).find(({ id }) => id === call.captures[0]);
  if (row === undefined) throw objectNotFound(objectType === 'lead' ? 'LeadCustomField' : 'CustomField');
  return { text: JSON.stringify(shown(row)), rows: 1 };
};

/** The schema of an object type has its own fields and the shared ones. */
function schema(call: Call) {
  const objectType = call.captures[0] ?? '';
  const parent = [
    ...collectionOf(call.store, 'custom_activity_type').all(),
    ...collectionOf(call.store, 'custom_object_type').all(),
  ].find((row) => row.id === objectType);
  if (!PAGED.includes(objectType) && parent === undefined) throw urlNotFound();
  const own = parent
    ? collectionOf(call.store, 'custom_field')
        .all()
        .filter(
          (row) => row.custom_activity_type_id === objectType || row.custom_object_type_id === objectType,
        )
    : definitions(call, objectType);
  const shared = definitions(call, 'shared').filter((row) =>
    (row.associations as Row[]).some((a) => a.object_type === objectType),
  );
  const fields = [...own, ...shared].map(shown);
  return { text: JSON.stringify({ object_type: objectType, fields }), rows: fields.length };
}

const oneType = (kind: string, parentKey: string, model: string) => (call: Call) => {
  const row = collectionOf(call.store, kind).get(call.captures[0] ?? '');
  if (row === undefined) throw objectNotFound(model);
  const fields = collectionOf(call.store, 'custom_field').all();
  const own = fields.filter((field) => field[parentKey] === row.id).map(shown);
  return { text: JSON.stringify({ ...shown(row), fields: own }), rows: 1 };
};

const types = (kind: string, parentKey: string, more: Row) => (call: Call) => {
  const fields = collectionOf(call.store, 'custom_field').all();
  const rows = collectionOf(call.store, kind)
    .all()
    .map((row) => ({
      ...shown(row),
      fields: fields.filter((field) => field[parentKey] === row.id).map(shown),
    }));
  return envelope(
    rows.map((row) => JSON.stringify(row)),
    more,
  );
};

export const customFieldRoutes: readonly Route[] = [
  ...[...PAGED, ...WHOLE].flatMap((objectType) => [
    route('GET', `/custom_field/${objectType}/`, list(objectType)),
    route('GET', `/custom_field/${objectType}/{id}/`, one(objectType)),
  ]),
  // The paths from before 2020 still work.
  ...PAGED.map((objectType) => route('GET', `/custom_fields/${objectType}/`, list(objectType))),
  route('GET', '/custom_field_schema/{type}/', schema),
  route(
    'GET',
    '/custom_activity/',
    types('custom_activity_type', 'custom_activity_type_id', { has_more: false }),
  ),
  route(
    'GET',
    '/custom_activity/{id}/',
    oneType('custom_activity_type', 'custom_activity_type_id', 'CustomActivityType'),
  ),
  route('GET', '/custom_object_type/', types('custom_object_type', 'custom_object_type_id', {})),
  route(
    'GET',
    '/custom_object_type/{id}/',
    oneType('custom_object_type', 'custom_object_type_id', 'CustomObjectType'),
  ),
];
