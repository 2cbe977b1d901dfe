import { SECOND, zoned } from '../moments.ts';
import type { Row } from '../table.ts';
import { firstName, mailAddress, phrase } from '../words.ts';
import type { ActivityScope } from './activity.ts';

/** A meeting. Its date_created is its start, which is often in the future. */
export function meetingFields({ random, store, ordinal, user }: ActivityScope): Row {
  const { activity } = store.tables;
  const start = activity.created[ordinal] ?? 0;
  const duration = random.pick([900, 1800, 3600]);
  const done = start < (activity.updated[ordinal] ?? 0);
  return {
    title: phrase(random),
    starts_at: zoned(start),
    ends_at: zoned(start + duration * SECOND),
    activity_at: zoned(start),
    duration,
    actual_duration: done && random.chance(0.5) ? duration - 60 : null,
    status: random.chance(0.05)
      ? null
      : done
        ? random.pick(['completed', 'canceled', 'declined-by-lead'])
        : 'upcoming',
    source: random.pick(['calendar', 'manual']),
    location: random.pick(['', null, 'https://meet.example.com/x']),
    note: random.pick(['', null, phrase(random)]),
    summary: random.chance(0.2) ? { html: '<p>A talk</p>', text: 'A talk' } : null,
    is_recurring: random.chance(0.1),
    attendees: [
      {
        email: mailAddress(random),
        name: firstName(random),
        status: 'yes',
        user_id: user,
        contact_id: null,
        is_organizer: true,
      },
      {
        email: mailAddress(random),
        name: null,
        status: random.pick(['noreply', 'yes', 'no', 'maybe']),
        user_id: null,
        contact_id: null,
        is_organizer: false,
      },
    ],
    attached_call_ids: [],
    calendar_event_uids: [],
    calendar_event_link: null,
    conference_links: random.chance(0.5)
      ? [{ type: random.pick(['ZOOM', 'GOOGLE_MEET']), url: `https://meet.example.com/${random.int(1e6)}` }]
      : [],
    connected_account_id: null,
    provider_calendar_event_id: null,
    provider_calendar_ids: [],
    provider_calendar_type: null,
    integrations: [],
    user_note: null,
    user_note_html: null,
    user_note_date_updated: null,
    user_note_mentions: [],
    notetaker_id: null,
    outcome_id: null,
    outcome_reason: null,
    outcome_autofill_confidence: null,
    outcome_autofill_reasoning: null,
    conversation_type_id: null,
    conversation_type_reason: null,
    playbook_id: null,
    playbook_reason: null,
    // Only meetings with comments have it.
    ...(random.chance(0.1) && {
      comment_summary: { comment_count: 2, thread_id: `cthread_${random.int(6)}` },
    }),
  };
}
