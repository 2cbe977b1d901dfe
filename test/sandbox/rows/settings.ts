import { Collection } from '../collection.ts';
import { makeId } from '../ids.ts';
import { naive, zoned } from '../moments.ts';
import type { Random } from '../random.ts';
import type { Row } from '../table.ts';
import { phrase } from '../words.ts';
import { customFields } from './definitions.ts';
import { people } from './people.ts';
import { SETTING_KINDS } from './setting-kinds.ts';

export interface SettingsScope {
  readonly random: Random;
  readonly id: (prefix: string, n: number) => string;
  readonly organisation: string;
  readonly moment: () => number;
}

export interface SettingsSizes {
  readonly users: number;
  readonly customFields: number;
}

const LEAD_STATUSES = ['Potential', 'Interested', 'Qualified', 'Customer', 'Bad Fit', 'Größe passt nicht'];
const OPPORTUNITY_STATUSES = [
  ['Demo', 'active'],
  ['Proposal', 'active'],
  ['Won', 'won'],
  ['Lost', 'lost'],
] as const;

/** All kinds with few objects. */
export function settings(seed: number, scope: SettingsScope, sizes: SettingsSizes): Collection[] {
  const { random, id, organisation, moment } = scope;
  const folk = people(scope, sizes.users);
  const user = String(folk[0]?.at(0)?.id);
  const pipelineId = id('pipe', 0);
  const leadStatuses = LEAD_STATUSES.map(
    (label, n): Row => ({ id: id('stat', n), label, organization_id: organisation }),
  );
  const statuses = OPPORTUNITY_STATUSES.map(
    ([label, type], n): Row => ({
      id: id('stat', 100 + n),
      label,
      type,
      pipeline_id: pipelineId,
      organization_id: organisation,
    }),
  );
  const pipeline: Row = {
    id: pipelineId,
    name: 'Sales',
    organization_id: organisation,
    created_by: user,
    updated_by: null,
    date_created: naive(moment()),
    date_updated: naive(moment()),
    statuses: statuses.map(({ id: statusId, label, type }) => ({ id: statusId, label, type })),
  };
  const types = (prefix: string, names: readonly string[], extra: Row) =>
    names.map(
      (name, n): Row => ({
        id: id(prefix, n),
        name,
        description: random.pick([null, '', phrase(random)]),
        organization_id: organisation,
        created_by: user,
        updated_by: user,
        editable_with_roles: [],
        date_created: zoned(moment()),
        date_updated: zoned(moment()),
        ...extra,
      }),
    );
  const activityTypes = types('actitype', ['Onboarding', 'Site visit'], {
    api_create_only: false,
    is_archived: false,
  });
  const objectTypes = types('cotype', ['Contract', 'Device'], {
    name_plural: 'Things',
    api_create_only: false,
    back_reference_fields: [],
  });
  const fields = customFields(sizes.customFields, { ...scope, user, activityTypes, objectTypes });
  const others = SETTING_KINDS.map((kind) => {
    const rows = Array.from({ length: kind.count(sizes.users) }, (_, n): Row => {
      const created = moment();
      const row: Row = { id: id(kind.prefix, n), organization_id: organisation };
      if (kind.date !== undefined) {
        row.date_created = kind.date(created);
        row.date_updated = kind.date(Math.max(created, moment()));
      }
      return {
        ...row,
        created_by: user,
        updated_by: user,
        ...kind.fields({ random, n, user, id: (prefix, at) => makeId(prefix, seed, at) }),
      };
    });
    return new Collection(kind.kind, kind.prefix, kind.date, rows);
  });
  return [
    ...folk,
    new Collection('lead_status', 'stat', undefined, leadStatuses),
    new Collection('opportunity_status', 'stat', undefined, statuses),
    new Collection('pipeline', 'pipe', naive, [pipeline]),
    new Collection('custom_activity_type', 'actitype', zoned, activityTypes),
    new Collection('custom_object_type', 'cotype', zoned, objectTypes),
    new Collection('custom_field', 'cf', zoned, fields),
    ...others,
  ];
}
