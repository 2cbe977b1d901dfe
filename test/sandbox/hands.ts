import type { Organisation } from './organisation.ts';

const pick = (organisation: Organisation, kind: string, which: number): string | undefined => {
  const ids = organisation.ids(kind);
  return ids[which % Math.max(1, ids.length)];
};

/** Changes that people make to an account while it is read. Each changes the object with the given number. */
export const HANDS = {
  'edit a lead': (organisation: Organisation, which: number) =>
    on(organisation, 'lead', which, (id) => organisation.update('lead', id)),
  'edit a task': (organisation: Organisation, which: number) =>
    on(organisation, 'task', which, (id) => organisation.update('task', id)),
  'edit an activity': (organisation: Organisation, which: number) =>
    on(organisation, 'activity', which, (id) => organisation.update('activity', id)),
  'delete a lead': (organisation: Organisation, which: number) =>
    on(organisation, 'lead', which, (id) => organisation.remove('lead', id)),
  'delete a task': (organisation: Organisation, which: number) =>
    on(organisation, 'task', which, (id) => organisation.remove('task', id)),
  'delete an activity': (organisation: Organisation, which: number) =>
    on(organisation, 'activity', which, (id) => organisation.remove('activity', id)),
  'create a lead': (organisation: Organisation) => organisation.create('lead'),
  'create a task': (organisation: Organisation) => organisation.create('task', { _type: 'missed_call' }),
  'create an activity': (organisation: Organisation) => organisation.create('activity', { _type: 'Note' }),
  'purge a task': (organisation: Organisation, which: number) =>
    on(organisation, 'task', which, (id) => organisation.purge('task', id)),
  'migrate a lead': (organisation: Organisation, which: number) =>
    on(organisation, 'lead', which, (id) => organisation.migrate('lead', id)),
  'merge leads': (organisation: Organisation, which: number) => {
    const [source, destination] = [pick(organisation, 'lead', which), pick(organisation, 'lead', which + 1)];
    if (source && destination && source !== destination) organisation.mergeLeads(source, destination);
  },
  'answer a thread': (organisation: Organisation, which: number) =>
    on(organisation, 'activity.email_thread', which, (id) => organisation.addEmailToThread(id)),
  'move a meeting': (organisation: Organisation, which: number) =>
    on(organisation, 'activity.meeting', which, (id) =>
      organisation.rescheduleMeeting(id, (organisation.clock() + (which - 250) * 3_600_000) * 1000),
    ),
  'edit a user': (organisation: Organisation, which: number) =>
    on(organisation, 'user', which, (id) => organisation.update('user', id)),
  'create a field': (organisation: Organisation) => organisation.create('custom_field'),
} satisfies Record<string, (organisation: Organisation, which: number) => void>;

export const HAND_NAMES = Object.keys(HANDS) as (keyof typeof HANDS)[];

function on(organisation: Organisation, kind: string, which: number, act: (id: string) => void): void {
  const id = pick(organisation, kind, which);
  if (id !== undefined) act(id);
}
