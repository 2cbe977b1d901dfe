import { defineList } from './define-list.ts';

export const dialerSessions = defineList({
  name: 'dialer_sessions',
  path: '/dialer/',
  limit: 100,
  note: 'Read in full: Close does not say what moves their dates.',
});
