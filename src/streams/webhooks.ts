import { defineList } from './define-list.ts';

/** Whoever knows the whole address of a webhook can send it events that its receiver takes for those of Close. */
export const webhooks = defineList({
  name: 'webhooks',
  path: '/webhook/',
  limit: null,
  columns: () => ({ originsOnly: () => true }),
  note: 'Without the key that signs the events. Read in full: what was delivered does not move their date.',
});
