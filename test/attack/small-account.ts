import { createOrganisation, type Organisation } from '../sandbox/organisation.ts';

/**
 * An account so small that a random world is read in a moment.
 * @param equal so many rows of each table share one date
 */
export const smallAccount = (seed: number, equal: number): Organisation =>
  createOrganisation({
    seed,
    leads: 40,
    tasks: 45,
    activities: 80,
    events: 90,
    contacts: 10,
    opportunities: 5,
    days: 90,
    equalTimestamps: { leads: equal, tasks: equal, activities: equal, events: equal },
  });
