import type { Row } from '../table.ts';

type Field = (row: Row) => unknown;

const partsOf = (lead: Row): unknown[] => Object.values(((lead.addresses as Row[])[0] ?? {}) as Row);

/** What Close computes for a lead, and sends only when it is named in `_fields`, or for `_all`. */
const OF_LEADS: Readonly<Record<string, Field>> = {
  contact_ids: (lead) => (lead.contacts as Row[]).map(({ id }) => id),
  contacts_summary: (lead) => (lead.contacts as Row[]).map(({ display_name }) => display_name).join(', '),
  primary_address_full: (lead) => partsOf(lead).slice(1).filter(Boolean).join(', ') || null,
  primary_address_summary: (lead) => (lead.addresses as Row[])[0]?.city ?? null,
  primary_email: (lead) => (lead.contacts as Row[]).flatMap(({ emails }) => emails as Row[])[0] ?? null,
  primary_phone: (lead) => (lead.contacts as Row[]).flatMap(({ phones }) => phones as Row[])[0] ?? null,
};

const utterance = { speaker_label: 'A B', speaker_side: 'close-user', start: 0.1, end: 1.2, text: 'Hello' };
const transcript = { utterances: [utterance], summary_text: 'A talk', summary_html: '<p>A talk</p>' };

/** Transcripts come only when they are named; `_all` does not bring them. */
const TRANSCRIPTS: Readonly<Record<string, Readonly<Record<string, Field>>>> = {
  Call: {
    recording_transcript: (call) => (call.has_recording === true ? transcript : null),
    voicemail_transcript: (call) => (call.voicemail_url === null ? null : transcript),
  },
  Meeting: { transcripts: (meeting) => (meeting.status === 'completed' ? [transcript] : []) },
};

/** The fields of a row that come only when they are asked for. */
export function askedFor(row: Row, wanted: ReadonlySet<string>): Row {
  const isLead = 'html_url' in row && 'contacts' in row;
  const named = isLead ? OF_LEADS : (TRANSCRIPTS[String(row._type)] ?? {});
  const all = isLead && wanted.has('_all');
  return Object.fromEntries(
    Object.entries(named).flatMap(([name, field]) => (all || wanted.has(name) ? [[name, field(row)]] : [])),
  );
}
