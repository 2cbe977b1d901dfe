import { zoned } from '../moments.ts';
import type { Row } from '../table.ts';
import { formatted, paragraph, phoneNumber, phrase } from '../words.ts';
import type { ActivityScope } from './activity.ts';
import { sequenceFields } from './sequence-fields.ts';

export function noteFields({ random, created }: ActivityScope): Row {
  const note = random.chance(0.02) ? '' : paragraph(random, 1 + random.int(3));
  const pinned = random.chance(0.03);
  return {
    note,
    note_html: `<body><p>${note}</p></body>`,
    title: random.chance(0.2) ? phrase(random) : null,
    source: random.pick(['ui', 'api', 'import']),
    pinned,
    pinned_at: pinned ? created : null,
    attachments: [],
    note_mentions: [],
  };
}

export function smsFields({ random, store, ordinal }: ActivityScope): Row {
  const status = random.pick(['sent', 'sent', 'inbox', 'draft', 'scheduled', 'outbox', 'error']);
  const [local, remote] = [phoneNumber(random), phoneNumber(random)];
  return {
    direction: status === 'inbox' ? 'inbound' : 'outbound',
    status,
    text: random.chance(0.02) ? null : phrase(random),
    source: 'Close.io',
    cost: random.pick(['1', '0.75', null]),
    local_phone: local,
    local_phone_formatted: formatted(local),
    local_country_iso: 'US',
    remote_phone: remote,
    remote_phone_formatted: formatted(remote),
    remote_country_iso: random.pick(['US', 'GB', '']),
    error_message: status === 'error' ? 'Carrier rejected the message' : null,
    attachments: [],
    template_id: null,
    date_sent: status === 'draft' ? null : zoned(store.tables.activity.created[ordinal] ?? 0),
    date_scheduled: null,
    ...sequenceFields(random, store),
  };
}

export function whatsAppFields({ random }: ActivityScope): Row {
  const [local, remote, text] = [phoneNumber(random), phoneNumber(random), phrase(random)];
  return {
    external_whatsapp_message_id: `wamid.${random.int(1e9)}`,
    message_markdown: `*${text}*`,
    message_html: `<b>${text}</b>`,
    text,
    direction: random.pick(['incoming', 'outgoing']),
    source: 'whatsapp',
    local_phone: local,
    local_phone_formatted: formatted(local),
    remote_phone: remote,
    remote_phone_formatted: formatted(remote),
    integration_link: null,
    integration_name: null,
    response_to_id: null,
    attachments: [],
  };
}
