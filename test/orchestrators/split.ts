import type { Table } from '../e2e/account.ts';

/** How the examples split an account: for each process, the streams in its catalog. */
export const SPLIT: Readonly<Record<string, readonly Table[]>> = {
  leads: ['leads'],
  activities: ['activities'],
  small: ['custom_fields', 'tasks', 'users'],
  events: ['event_log'],
};

export const PARTS: readonly string[] = Object.keys(SPLIT);
