import { type Micros, zoned } from '../moments.ts';
import { createRandom } from '../random.ts';
import { collectionOf, type Store, userAt } from '../store.ts';
import type { Row } from '../table.ts';
import { company, paragraph, phrase } from '../words.ts';
import { customValues } from './custom-values.ts';

/** A lead with only its own fields, as in the `data` of an event. */
export function bareLead(store: Store, ordinal: number, updated?: Micros): Row {
  const { lead } = store.tables;
  const random = createRandom(store.seed ^ 0x1ead, ordinal);
  const name = random.chance(0.01) ? null : leadName(store, ordinal);
  const [user, userName] = userAt(store, random.int(store.sizes.users));
  const status = random.pick(collectionOf(store, 'lead_status').initial);
  const custom = customValues(store, random, 'lead');
  const id = lead.id(ordinal);
  return {
    id,
    name,
    display_name: name ?? 'Untitled',
    description: random.pick(['', '', null, paragraph(random, 2)]),
    url: random.pick([null, null, `https://example-${ordinal}.com`]),
    html_url: `https://app.close.com/lead/${id}/`,
    status_id: status.id,
    status_label: status.label,
    organization_id: store.id,
    addresses: random.chance(0.3)
      ? [
          {
            label: 'business',
            address_1: phrase(random),
            address_2: random.pick(['', null]),
            city: 'Berlin',
            state: random.pick(['BE', '']),
            zipcode: '01067',
            country: random.pick(['DE', 'US', null]),
          },
        ]
      : [],
    integration_links: [],
    created_by: user,
    created_by_name: userName,
    updated_by: random.chance(0.1) ? null : user,
    updated_by_name: userName,
    date_created: zoned(lead.created[ordinal] ?? 0),
    date_updated: zoned(updated ?? lead.updated[ordinal] ?? 0),
    custom: custom.byName,
    ...custom.byId,
  };
}

export function leadName(store: Store, ordinal: number): string {
  return ordinal < 0 ? '' : company(createRandom(store.seed ^ 0x4a3e, ordinal));
}

/**
 * A lead as `/lead/` sends it, with its contacts, opportunities and open tasks of type lead. They are made when they are
 * looked at: most of the work would be for nothing where few fields are asked for.
 */
export function leadRow(store: Store, ordinal: number): Row {
  const { contact, opportunity, task } = store.tables;
  return {
    ...bareLead(store, ordinal),
    get contacts() {
      return contact.ofLead(ordinal).map((child) => contact.row(child));
    },
    get opportunities() {
      return opportunity.ofLead(ordinal).map((child) => opportunity.row(child));
    },
    get tasks() {
      return task
        .ofLead(ordinal)
        .filter((child) => task.type[child] === 0)
        .map((child) => task.row(child))
        .filter((row) => row.is_complete !== true);
    },
  };
}
