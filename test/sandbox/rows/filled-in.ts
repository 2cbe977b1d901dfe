import { collectionOf } from '../store.ts';
import type { Row } from '../table.ts';
import { company, firstName, mailAddress, phrase } from '../words.ts';
import type { ActivityScope } from './activity.ts';
import { customValues } from './custom-values.ts';

/** Custom activities: the fields of their type that have a value. */
export function customActivityFields({ random, store, created }: ActivityScope): Row {
  const type = random.pick(collectionOf(store, 'custom_activity_type').initial);
  const draft = random.chance(0.1);
  return {
    custom_activity_type_id: type.id,
    status: draft ? 'draft' : 'published',
    source: 'ui',
    last_published_at: draft ? null : created,
    pinned: false,
    pinned_at: null,
    mentions: [],
    mentions_updated_at: null,
    ...customValues(store, random, 'activity').byId,
  };
}

export function formFields({ random }: ActivityScope): Row {
  const [name, email] = [firstName(random), mailAddress(random)];
  return {
    form_id: `form_${random.int(5)}`,
    form_configuration_id: `formconf_${random.int(9)}`,
    form_name: random.pick(['Contact us', 'Demo request', null]),
    values: { field_1: name, field_2: email },
    values_by_name: { Name: name, Email: email, Message: phrase(random) },
    ip_address: random.pick(['203.0.113.9', '2001:db8::1', null]),
    origin: 'https://www.example.com',
    source_url: 'https://www.example.com/contact?utm_source=x',
    source_url_normalized: 'https://www.example.com/contact',
  };
}

export function mergeFields({ random, store }: ActivityScope): Row {
  const status = random.pick(['pending', 'in_progress', 'completed', 'completed', 'errored']);
  return {
    merge_status: status,
    source_lead_id: store.tables.lead.id(store.sizes.leads + 1_000_000 + random.int(1000)),
    source_display_name: random.pick([company(random), null]),
    destination_lead_id: store.tables.lead.id(random.int(Math.max(1, store.sizes.leads))),
    destination_display_name: random.pick([company(random), null]),
    error_message: status === 'errored' ? 'Destination lead does not exist.' : null,
  };
}
