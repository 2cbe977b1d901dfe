import { objectNotFound } from '../api-error.ts';
import { type Call, type Route, route } from '../call.ts';
import { project, shown } from '../envelope.ts';
import { DAY, zoned } from '../moments.ts';
import { collectionOf, nameOf, type Store } from '../store.ts';
import type { Row } from '../table.ts';

/** The organization as `/me/` and `/organization/{id}/` show it. */
function organisationRow(store: Store): Row {
  const all = (kind: string) => collectionOf(store, kind).all().map(shown);
  const fields = collectionOf(store, 'custom_field').all();
  return {
    id: store.id,
    name: 'Sandbox GmbH',
    currency: 'USD',
    plan_id: 'business',
    features: ['custom_objects', 'playbooks'],
    date_created: zoned(store.started - 400 * DAY),
    date_updated: zoned(store.started),
    created_by: null,
    updated_by: collectionOf(store, 'user').at(0)?.id ?? null,
    lead_statuses: all('lead_status'),
    opportunity_statuses: all('opportunity_status'),
    pipelines: all('pipeline'),
    lead_custom_fields: fields.filter((row) => row.$of === 'lead').map(shown),
  };
}

function me({ store, params }: Call) {
  const user = collectionOf(store, 'user').at(0) ?? {};
  const memberships = collectionOf(store, 'membership')
    .all()
    .filter((row) => row.user_id === user.id)
    .map(shown);
  const row = { ...shown(user), organizations: [organisationRow(store)], memberships };
  return { text: JSON.stringify(project(row, params.list('_fields'))), rows: 1 };
}

/** Only this endpoint shows members who have left, under `inactive_memberships`. */
function organisation({ store, params, captures }: Call) {
  if (captures[0] !== store.id) throw objectNotFound('Organization');
  const expand = params.list('_expand') ?? [];
  const users = collectionOf(store, 'user');
  const member = (row: Row, expanded: boolean): Row => {
    const user = users.at(users.initial.findIndex((known) => known.id === row.user_id)) ?? {};
    // Memberships are shown without dates.
    const { date_created: _, date_updated: __, ...bare } = shown(row);
    if (expanded) return { ...bare, user: shown(user) };
    return {
      ...bare,
      user_email: user.email,
      user_first_name: user.first_name,
      user_last_name: user.last_name,
      user_full_name: nameOf(user),
      user_image: user.image,
    };
  };
  const memberships = collectionOf(store, 'membership').all();
  const text = JSON.stringify({
    ...organisationRow(store),
    memberships: memberships
      .filter((row) => row.$inactive !== true)
      .map((row) => member(row, expand.includes('memberships__user'))),
    inactive_memberships: memberships
      .filter((row) => row.$inactive === true)
      .map((row) => member(row, expand.includes('inactive_memberships__user'))),
  });
  return { text, rows: 1 };
}

export const accountRoutes: readonly Route[] = [
  route('GET', '/me/', me),
  route('GET', '/organization/{id}/', organisation),
  route('GET', '/user/availability/', ({ store }) => {
    const users = collectionOf(store, 'user')
      .all()
      .map((user) => ({ user_id: user.id, is_available: true }));
    return { text: JSON.stringify({ users }), rows: users.length };
  }),
];
