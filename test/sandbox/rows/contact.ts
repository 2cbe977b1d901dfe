import { zoned } from '../moments.ts';
import { createRandom } from '../random.ts';
import { idOrNull, type Store, userAt } from '../store.ts';
import type { Row } from '../table.ts';
import { firstName, formatted, lastName, mailAddress, phoneNumber } from '../words.ts';
import { customValues } from './custom-values.ts';

export function contactName(store: Store, ordinal: number): string {
  const random = createRandom(store.seed ^ 0xc0417, ordinal);
  return `${firstName(random)} ${lastName(random)}`;
}

export function contactRow(store: Store, ordinal: number): Row {
  const { contact, lead } = store.tables;
  const random = createRandom(store.seed ^ 0xc047, ordinal);
  const name = random.chance(0.03) ? null : contactName(store, ordinal);
  const [user] = userAt(store, random.int(store.sizes.users));
  const phone = phoneNumber(random);
  return {
    id: contact.id(ordinal),
    lead_id: idOrNull(lead, contact.lead[ordinal] ?? -1),
    name,
    display_name: name ?? '',
    title: random.pick(['CEO', 'Geschäftsführerin', '', null]),
    emails: random.chance(0.8)
      ? [
          {
            email: mailAddress(random),
            type: random.pick(['office', 'direct']),
            is_unsubscribed: random.chance(0.05),
          },
        ]
      : [],
    phones: random.chance(0.6)
      ? [
          {
            phone,
            phone_formatted: formatted(phone),
            country: random.pick(['US', null]),
            type: 'office',
            outbound_sms_blocked: false,
            tz_ids: ['America/Los_Angeles'],
          },
        ]
      : [],
    urls: random.chance(0.1) ? [{ url: 'https://linkedin.example/in/x', type: 'url' }] : [],
    integration_links: [],
    timezone: random.pick([null, 'Europe/Berlin']),
    timezone_source: null,
    organization_id: store.id,
    created_by: user,
    updated_by: random.pick([user, null]),
    date_created: zoned(contact.created[ordinal] ?? 0),
    date_updated: zoned(contact.updated[ordinal] ?? 0),
    ...customValues(store, random, 'contact').byId,
  };
}
