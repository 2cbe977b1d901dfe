import { dateOnly } from '../moments.ts';
import { createRandom } from '../random.ts';
import { collectionOf, type Store } from '../store.ts';
import type { Row } from '../table.ts';
import type { ActivityScope } from './activity.ts';

/** Activities that Close itself writes when something else happens. */
export function createdFields({ random }: ActivityScope): Row {
  const source = random.pick(['ui', 'api', 'import', 'webform', 'clipper', 'ai']);
  return { source, import_id: source === 'import' ? `import_${random.int(1e6)}` : null };
}

/** An import that changed leads which already existed. */
export function importUpdateFields({ random }: ActivityScope): Row {
  return { import_id: `bulk_${random.int(1e6)}`, reverted: random.chance(0.1) };
}

export function leadChangeFields({ random, store }: ActivityScope): Row {
  const statuses = collectionOf(store, 'lead_status').initial;
  const [old, fresh] = [random.pick(statuses), random.pick(statuses)];
  return {
    old_status_id: old.id,
    old_status_label: old.label,
    new_status_id: fresh.id,
    new_status_label: fresh.label,
  };
}

export function opportunityChangeFields({ random, store, ordinal }: ActivityScope): Row {
  const statuses = collectionOf(store, 'opportunity_status').initial;
  const { activity, opportunity } = store.tables;
  const about = activity.ref[ordinal] ?? -1;
  const value = random.chance(0.1) ? null : random.int(1000) * 10_000;
  const side = (prefix: string): Row => {
    const status = random.pick(statuses);
    return {
      [`${prefix}_status_id`]: status.id,
      [`${prefix}_status_label`]: status.label,
      [`${prefix}_status_type`]: status.type,
      [`${prefix}_pipeline_id`]: status.pipeline_id,
      [`${prefix}_pipeline_name`]: 'Sales',
    };
  };
  return {
    ...side('old'),
    ...side('new'),
    opportunity_id: about >= 0 ? opportunity.id(about) : null,
    opportunity_value: value,
    opportunity_value_currency: 'USD',
    opportunity_value_formatted: value === null ? null : `$${value / 100}`,
    opportunity_value_period: random.pick(['one_time', 'monthly', 'annual']),
    opportunity_confidence: random.int(101),
    opportunity_date_won: random.chance(0.4)
      ? `${dateOnly(activity.created[ordinal] ?? 0)}T00:00:00+00:00`
      : null,
  };
}

export function taskCompletedFields({ random, store, ordinal, user, userName }: ActivityScope): Row {
  const task = store.tables.activity.ref[ordinal] ?? -1;
  return {
    task_id: task >= 0 ? store.tables.task.id(task) : null,
    task_text: task >= 0 ? taskText(store, task) : random.pick(['', 'Follow up']),
    task_assigned_to: user,
    task_assigned_to_name: userName,
  };
}

/** The text of a task of type lead, wherever it is shown. */
export function taskText(store: Store, ordinal: number): string {
  return createRandom(store.seed ^ 0x7a5c, ordinal).pick([
    'Follow up',
    'Call back',
    'Send quote 📎',
    '',
    'Prüfen',
  ]);
}
