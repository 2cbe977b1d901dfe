import { defineList } from './define-list.ts';

export const dialerSessions = defineList({
  name: 'dialer_sessions',
  path: '/dialer/',
  limit: 100,
  readInFull: 'Close does not say which changes move their dates',
});
