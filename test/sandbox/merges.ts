import { readMoment, SECOND, zoned } from './moments.ts';
import type { MutationParts, Mutations } from './mutations.ts';
import { found } from './object-columns.ts';
import { summary } from './rows/email.ts';
import type { TableKind } from './store.ts';
import type { Row } from './table.ts';

type Moves = Pick<Mutations, 'mergeLeads' | 'rescheduleMeeting' | 'addEmailToThread'>;

/** Changes that move old rows and add no new one: merges, meetings that are moved, and threads that get an answer. */
export function createMerges({ store, log, edit, drop, create }: MutationParts): Moves {
  const { activity, lead } = store.tables;

  return {
    mergeLeads: (source, destination) => {
      const [from, into] = [found(lead, source), found(lead, destination)];
      const meta = { merge_source_lead_id: source, merge_destination_lead_id: destination };
      const kinds: TableKind[] = ['contact', 'opportunity', 'task', 'activity', 'custom_object'];
      for (const kind of kinds)
        for (const child of store.tables[kind].ofLead(from)) {
          edit(kind, child, { lead_id: destination }, { lead: into, meta });
        }
      drop('lead', from, meta);
      edit('lead', into, {}, { meta });
      create('activity', {
        _type: 'LeadMerge',
        lead_id: destination,
        merge_status: 'completed',
        source_lead_id: source,
        source_display_name: lead.row(from).display_name,
        destination_lead_id: destination,
        destination_display_name: lead.row(into).display_name,
        error_message: null,
      });
      const data = log.snapshot('lead', into);
      log.append({
        objectType: 'lead',
        objectId: destination,
        action: 'merged',
        lead: into,
        data,
        previous: {},
        meta,
      });
    },

    rescheduleMeeting: (id, start) => {
      const at = typeof start === 'number' ? Math.floor(start) : readMoment(start);
      if (at === undefined) throw new Error(`not a date: ${start}`);
      const text = zoned(at);
      edit('activity', found(activity, id), {
        date_created: text,
        starts_at: text,
        ends_at: zoned(at + 1800 * SECOND),
        activity_at: text,
      });
    },

    addEmailToThread: (thread, fields = {}) => {
      const ordinal = found(activity, thread);
      const parent = activity.lead[ordinal] ?? -1;
      const mail: Row = {
        _type: 'Email',
        status: 'inbox',
        direction: 'incoming',
        thread_id: thread,
        ...fields,
      };
      const id = create('activity', { ...mail, lead_id: parent < 0 ? null : lead.id(parent) });
      const arrived = found(activity, id);
      activity.ref[arrived] = ordinal;
      activity.forget(arrived);
      const old = activity.row(ordinal);
      const moment = zoned((activity.created[arrived] ?? 0) + 1000);
      edit('activity', ordinal, {
        date_created: moment,
        activity_at: moment,
        n_emails: Number(old.n_emails) + 1,
        latest_emails: [summary(store, arrived), ...(old.latest_emails as Row[])].slice(0, 5),
      });
      return id;
    },
  };
}
