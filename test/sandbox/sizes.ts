/** How large the account is, and what is in it. Everything follows from the seed and these numbers. */
export interface OrganisationOptions {
  readonly seed?: number;
  /** Where the clock of the account starts, in milliseconds since the epoch. It goes on with real time. */
  readonly now?: number;
  /** About how many objects there are, from 100 to 1,000,000. The number of each kind can also be given alone. */
  readonly objects?: number;
  readonly leads?: number;
  readonly contacts?: number;
  readonly opportunities?: number;
  readonly activities?: number;
  readonly tasks?: number;
  /** The least number of events. Every object that changed in the last 30 days has one too, unless this is 0. */
  readonly events?: number;
  readonly users?: number;
  readonly customFields?: number;
  readonly customObjects?: number;
  /** How many days the history goes back. */
  readonly days?: number;
  /** Groups of objects with exactly the same date_created and date_updated, to the microsecond. */
  readonly equalTimestamps?: EqualTimestamps;
}

export interface EqualTimestamps {
  readonly activities?: number;
  readonly leads?: number;
  readonly tasks?: number;
  readonly events?: number;
  readonly contacts?: number;
  readonly opportunities?: number;
}

export interface Sizes {
  readonly leads: number;
  readonly contacts: number;
  readonly opportunities: number;
  readonly activities: number;
  readonly tasks: number;
  readonly events: number;
  readonly users: number;
  readonly customFields: number;
  readonly customObjects: number;
  readonly days: number;
  readonly equal: Required<EqualTimestamps>;
}

export function sizesOf(options: OrganisationOptions): Sizes {
  const objects = Math.min(Math.max(options.objects ?? 2000, 100), 1_000_000);
  const share = (part: number) => Math.max(1, Math.round(objects * part));
  return {
    leads: options.leads ?? share(0.1),
    contacts: options.contacts ?? share(0.12),
    opportunities: options.opportunities ?? share(0.05),
    activities: options.activities ?? share(0.5),
    tasks: options.tasks ?? share(0.11),
    events: options.events ?? share(0.12),
    users: Math.max(1, options.users ?? Math.min(60, 4 + Math.round(objects / 1000))),
    customFields: options.customFields ?? Math.min(60, 12 + Math.round(objects / 5000)),
    customObjects: options.customObjects ?? Math.min(2000, share(0.01)),
    days: options.days ?? 400,
    equal: {
      activities: 0,
      leads: 0,
      tasks: 0,
      events: 0,
      contacts: 0,
      opportunities: 0,
      ...options.equalTimestamps,
    },
  };
}
