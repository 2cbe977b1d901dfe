import { defineList } from './define-list.ts';

/** Only the origin of an address is emitted: anyone who knows the whole address can send false events to it. */
export const webhooks = defineList({
  name: 'webhooks',
  path: '/webhook/',
  limit: null,
  columns: () => ({ originsOnly: () => true }),
  note: 'The key that signs the events is left out.',
  readInFull: 'a delivery does not move the date of its webhook',
});
