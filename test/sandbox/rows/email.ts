import { type Micros, zoned } from '../moments.ts';
import { createRandom, type Random } from '../random.ts';
import type { Store } from '../store.ts';
import type { Row } from '../table.ts';
import { firstName, lastName, mailAddress, paragraph, phrase } from '../words.ts';
import type { ActivityScope } from './activity.ts';
import { sequenceFields } from './sequence-fields.ts';

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Values of the header `Date`: mostly RFC 2822, sometimes with a comment, and sometimes not readable. */
function headerDate(at: Micros, random: Random): string | null {
  const d = new Date(at / 1000);
  const clock = d.toISOString().slice(11, 19);
  const date = `${d.getUTCDate()} ${MONTHS[d.getUTCMonth()]} ${d.getUTCFullYear()}`;
  const draw = random.int(200);
  if (draw === 0) return 'Thursday, the 31st of never';
  if (draw === 1) return '';
  if (draw === 2) return null;
  if (draw === 3) return `${date} 25:61:00 +0000`;
  const weekday = draw < 30 ? '' : `${DAYS[d.getUTCDay()]}, `;
  const zone = random.pick(['+0000', '-0700', '+0530', 'GMT', '+0000 (UTC)', '-0800 (PST)', 'EST']);
  return `${weekday}${date} ${clock} ${zone}`;
}

function person(random: Random): Row {
  return {
    name: random.chance(0.2) ? '' : `${firstName(random)} ${lastName(random)}`,
    email: mailAddress(random),
  };
}

function envelope(random: Random, at: Micros, subject: string): Row {
  return {
    subject,
    date: headerDate(at, random),
    from: [person(random)],
    sender: random.chance(0.3) ? [person(random)] : [],
    to: [person(random)],
    cc: random.chance(0.2) ? [person(random)] : [],
    bcc: [],
    reply_to: [],
    in_reply_to: random.chance(0.3) ? `<${random.int(1e9)}@mail.example.com>` : null,
    message_id: `<${random.int(1e9)}@mail.example.com>`,
    is_autoreply: random.pick([false, false, false, true, 0, 1]),
  };
}

export function emailFields({ random, store, ordinal, user }: ActivityScope): Row {
  const { activity } = store.tables;
  const at = activity.created[ordinal] ?? 0;
  const status = random.pick([
    'sent',
    'sent',
    'sent',
    'inbox',
    'inbox',
    'draft',
    'scheduled',
    'outbox',
    'error',
  ]);
  const subject = random.chance(0.03) ? '' : `Re: ${phrase(random)}`;
  const body = random.chance(0.02) ? null : paragraph(random, 2 + random.int(8));
  const wire = envelope(random, at, subject);
  const from = (wire.from as Row[])[0];
  const thread = activity.ref[ordinal] ?? -1;
  return {
    direction: status === 'inbox' ? 'incoming' : random.chance(0.01) ? null : 'outgoing',
    status,
    subject: random.chance(0.01) ? null : subject,
    sender: `${from?.name} <${from?.email}>`,
    to: [mailAddress(random)],
    cc: random.chance(0.2) ? [mailAddress(random)] : [],
    bcc: random.chance(0.05) ? [mailAddress(random)] : [],
    body_text: body,
    body_html: body === null ? null : `<div>${body}</div>`,
    body_preview: body?.slice(0, 80) ?? null,
    body_text_quoted: body === null ? null : [{ expand: random.pick([true, true, false, 0, 1]), text: body }],
    body_html_quoted:
      body === null ? null : [{ expand: random.pick([true, true, false, 0, 1]), html: `<div>${body}</div>` }],
    envelope: random.chance(0.01) ? null : wire,
    attachments: random.chance(0.1)
      ? [
          {
            url: 'https://app.close.com/go/file/x/',
            filename: `${phrase(random)}.pdf`,
            size: random.int(1e6),
            content_type: 'application/pdf',
            content_id: null,
          },
        ]
      : [],
    opens: random.chance(0.15)
      ? [
          {
            ip_address: '203.0.113.7',
            user_agent: 'Mozilla/5.0',
            opened_by: mailAddress(random),
            opened_at: zoned(at + 3_600_000_000),
          },
        ]
      : [],
    opens_summary: random.pick([null, null, null, null, 'opened once', { count: 2 }]),
    send_attempts:
      status === 'error' ? [{ date: zoned(at), error_message: 'SMTP 550', error_class: 'SMTPError' }] : [],
    message_ids: [wire.message_id],
    references: random.chance(0.3) ? [`<${random.int(1e9)}@mail.example.com>`] : [],
    in_reply_to_id: null,
    thread_id: thread >= 0 ? activity.id(thread) : null,
    date_sent: status === 'draft' ? null : zoned(at),
    date_scheduled: status === 'scheduled' ? zoned(at + 3_600_000_000) : null,
    template_id: null,
    template_name: null,
    email_account_id: user === null ? null : `emailacct_${user.slice(5)}`,
    need_smtp_credentials: random.pick([false, false, false, true, 0, 1]),
    has_reply: random.chance(0.3),
    bulk_email_action_id: null,
    send_as_id: null,
    ...sequenceFields(random, store),
    followup_sequence_id: null,
    followup_sequence_delay: random.chance(0.02) ? 259_200 : null,
    followup_sequence_add_cc_bcc: false,
    agent_config_id: null,
    agent_action_reason: null,
    ai_draft: null,
  };
}

export function emailThreadFields({ random, store, ordinal }: ActivityScope): Row {
  const newest = store.tables.activity.ref[ordinal] ?? -1;
  return {
    latest_normalized_subject: random.chance(0.02) ? null : phrase(random),
    n_emails: 1 + random.int(5),
    participants: [person(random), person(random)],
    latest_emails: newest >= 0 ? [summary(store, newest)] : [],
    importance: null,
    summary: null,
  };
}

/** An e-mail in the form that a thread shows. */
export function summary(store: Store, ordinal: number): Row {
  const { activity } = store.tables;
  const at = activity.created[ordinal] ?? 0;
  const random = createRandom(store.seed ^ 0xe5, ordinal);
  return {
    id: activity.id(ordinal),
    direction: 'incoming',
    status: 'inbox',
    subject: phrase(random),
    body_preview: phrase(random),
    sender: mailAddress(random),
    to: [mailAddress(random)],
    cc: [],
    bcc: [],
    envelope: envelope(random, at, ''),
    date_created: zoned(at),
    date_sent: zoned(at),
    date_updated: zoned(activity.updated[ordinal] ?? 0),
    user_id: null,
    send_as_id: null,
    has_attachments: false,
    opens_summary: null,
  };
}
