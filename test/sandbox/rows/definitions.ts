import { zoned } from '../moments.ts';
import type { Random } from '../random.ts';
import type { Row } from '../table.ts';

const TYPES = [
  'text',
  'number',
  'date',
  'choices',
  'user',
  'datetime',
  'textarea',
  'contact',
  'hidden',
  'custom_object',
];
const OBJECTS = ['lead', 'lead', 'contact', 'opportunity', 'activity', 'lead', 'custom_object_type'];

export interface DefinitionScope {
  readonly random: Random;
  readonly id: (prefix: string, n: number) => string;
  readonly organisation: string;
  readonly user: string;
  readonly moment: () => number;
  readonly activityTypes: readonly Row[];
  readonly objectTypes: readonly Row[];
}

/** Definitions of custom fields of every type. Every sixth field is shared, so it is not in the list of its type. */
export function customFields(count: number, scope: DefinitionScope): Row[] {
  return Array.from({ length: count }, (_, n) => definition(n, scope));
}

function definition(
  n: number,
  { random, id, organisation, user, moment, activityTypes, objectTypes }: DefinitionScope,
): Row {
  const created = moment();
  const updated = Math.max(created, moment());
  const type = TYPES[n % TYPES.length] ?? 'text';
  const shared = n % 6 === 5;
  const objectType = shared ? 'shared' : (OBJECTS[n % OBJECTS.length] ?? 'lead');
  const row: Row = {
    id: id('cf', n),
    $of: objectType,
    name: `${random.pick(['Lead Owner', 'Größe', 'Score', 'Source "web"', 'Région', '📅 Renewal'])} ${n}`,
    description: random.pick([null, '', 'What sales asked for']),
    type,
    choices: type === 'choices' ? ['Small', 'Medium', 'Größer', 'with, comma'] : null,
    accepts_multiple_values: n % 4 === 3,
    is_shared: shared,
    editable_with_roles: n % 5 === 0 ? ['admin'] : [],
    referenced_custom_type_id: type === 'custom_object' ? (objectTypes[0]?.id ?? null) : null,
    back_reference_is_visible: type === 'custom_object' ? true : null,
    always_visible: false,
    api_create_only: false,
    organization_id: organisation,
    created_by: user,
    updated_by: random.pick([user, null]),
    date_created: zoned(created),
    date_updated: zoned(updated),
  };
  if (objectType === 'activity') {
    row.custom_activity_type_id = activityTypes[n % Math.max(1, activityTypes.length)]?.id;
    row.required = n % 3 === 0;
  }
  if (objectType === 'custom_object_type') row.custom_object_type_id = objectTypes[0]?.id;
  if (shared)
    row.associations = [
      { object_type: 'lead', editable_with_roles: [] },
      { object_type: 'contact', editable_with_roles: [] },
    ];
  return row;
}
