import { Collection } from '../collection.ts';
import { zoned } from '../moments.ts';
import type { Row } from '../table.ts';
import { firstName, lastName } from '../words.ts';
import type { SettingsScope } from './settings.ts';

/** Users, their memberships, roles and groups. One user in ten has left, and is only an inactive member. */
export function people(scope: SettingsScope, count: number): Collection[] {
  const { random, id, organisation, moment } = scope;
  const users = Array.from({ length: count }, (_, n): Row => {
    const created = moment();
    const first = firstName(random);
    const last = random.chance(0.05) ? '' : lastName(random);
    return {
      id: id('user', n),
      email: `user${n}@example.com`,
      first_name: first,
      last_name: last,
      image: random.pick([null, 'https://example.com/i.png']),
      google_profile_image_url: null,
      last_used_timezone: random.pick(['Europe/Kiev', 'America/New_York', null]),
      email_verified_at: random.chance(0.1) ? null : zoned(created),
      organizations: [organisation],
      date_created: zoned(created),
      date_updated: zoned(Math.max(created, moment())),
    };
  });
  const memberships = users.map(
    (user, n): Row => ({
      id: id('memb', n),
      organization_id: organisation,
      user_id: user.id,
      role_id: n === 0 ? 'admin' : random.pick(['superuser', 'restricteduser', id('role', 0)]),
      permissions_granted: [],
      auto_record_calls: 'unset',
      date_created: user.date_created,
      date_updated: user.date_updated,
      $inactive: false,
    }),
  );
  // Built-in roles have simple ids and no real dates.
  const builtIn = ['admin', 'superuser', 'user', 'restricteduser'].map(
    (name): Row => ({
      id: name,
      name: `${name[0]?.toUpperCase()}${name.slice(1)}`,
      editable: false,
      organization_id: organisation,
      permissions: ['manage_organization'],
      visibility_user_lcf_ids: [],
      visibility_user_lcf_behavior: null,
      date_created: '0001-01-01T00:00:00',
      date_updated: '0001-01-01T00:00:00',
    }),
  );
  const roles = [
    ...builtIn,
    {
      ...builtIn[0],
      id: id('role', 0),
      name: 'Closers',
      editable: true,
      date_created: zoned(moment()),
      date_updated: zoned(moment()),
    },
  ];
  const groups = ['Sales', 'Support'].map(
    (name, n): Row => ({
      id: id('group', n),
      name,
      organization_id: organisation,
      members: users.filter((_, place) => place % 2 === n).map((user) => ({ user_id: user.id })),
    }),
  );
  return [
    new Collection('user', 'user', zoned, users),
    new Collection('membership', 'memb', zoned, memberships),
    new Collection('role', 'role', zoned, roles),
    new Collection('group', 'group', undefined, groups),
  ];
}
