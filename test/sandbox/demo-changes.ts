import type { Organisation } from './organisation.ts';

/** Changes that people make to an account in a morning, with a line for each. */
export function changeAccount(organisation: Organisation): string[] {
  const [first = ''] = organisation.ids('lead');
  const [call = ''] = organisation.ids('activity.call');
  const tasks = organisation.ids('task').slice(0, 2);
  const { name } = organisation.get('lead', first) ?? {};
  organisation.update('lead', first, { name: `${name} Holding` });
  organisation.create('activity', { _type: 'Note', lead_id: first, note: 'Wants a quote.' });
  organisation.update('activity', call, { note: 'Called back, done.', duration: 312 });
  for (const task of tasks) organisation.remove('task', task);
  return [
    `the lead "${name}" was renamed "${name} Holding", and a note was added to it`,
    `a call of last year was finished: ${call}`,
    `two tasks were deleted: ${tasks.join(' and ')}`,
  ];
}
