import { createHistory, type History } from './history.ts';
import {
  ACTIVITY_TYPES,
  CREATED,
  EMAIL,
  EMAIL_THREAD,
  MEETING,
  OPPORTUNITY_CHANGE,
  TASK_COMPLETED,
  TASK_TYPES,
} from './kinds.ts';
import { DAY, type Micros, SECOND } from './moments.ts';
import { populateEvents } from './populate-events.ts';
import { createRandom, type Random } from './random.ts';
import type { Store } from './store.ts';
import type { Table } from './table.ts';

const TOTAL = ACTIVITY_TYPES.reduce((sum, type) => sum + type.weight, 0);
/** A table from a thousand possible draws to types, so that a type takes one look-up. */
const DRAWN = Uint8Array.from(
  ACTIVITY_TYPES.flatMap((type, code) => Array<number>(Math.round((type.weight / TOTAL) * 1000)).fill(code)),
);

/** Fills the columns of every table. Other values are made when they are asked for. */
export function populate(store: Store): void {
  const { sizes, tables, started } = store;
  const random = createRandom(store.seed, 0xf111);
  const history = createHistory(started - sizes.days * DAY, started, random);
  fill(store, tables.lead, sizes.leads, history, random, () => -1);
  const anyLead = () => (sizes.leads > 0 ? random.int(sizes.leads) : -1);
  fill(store, tables.contact, sizes.contacts, history, random, anyLead);
  fill(store, tables.opportunity, sizes.opportunities, history, random, anyLead);
  fill(store, tables.custom_object, sizes.customObjects, history, random, anyLead);
  fill(store, tables.task, sizes.tasks, history, random, anyLead);
  for (let n = 0; n < sizes.opportunities; n++)
    tables.opportunity.at[n] = random.chance(0.4) ? (tables.opportunity.created[n] ?? 0) + 30 * DAY : 0;
  for (let n = 0; n < sizes.tasks; n++) {
    tables.task.type[n] = random.chance(0.55) ? 0 : random.int(TASK_TYPES.length);
    tables.task.at[n] = random.chance(0.05) ? 0 : (tables.task.created[n] ?? 0) + random.int(20) * DAY;
  }
  fill(store, tables.activity, sizes.activities, history, random, anyLead);
  shapeActivities(store, random);
  touchLeads(store);
  equalRun(store, tables.lead, sizes.equal.leads, 0.4);
  equalRun(store, tables.contact, sizes.equal.contacts, 0.4);
  equalRun(store, tables.opportunity, sizes.equal.opportunities, 0.4);
  equalRun(store, tables.activity, sizes.equal.activities, 0.3);
  equalRun(store, tables.task, sizes.equal.tasks, 0.35);
  populateEvents(store, history, random);
}

function fill(
  store: Store,
  table: Table,
  count: number,
  history: History,
  random: Random,
  lead: () => number,
): void {
  const { started } = store;
  for (let n = 0; n < count; n++) {
    const ordinal = table.allocate();
    const created = history.moment(random);
    table.created[ordinal] = created;
    table.updated[ordinal] = later(created, started, random);
    table.lead[ordinal] = lead();
    table.alive[ordinal] = 1;
    table.live += 1;
  }
}

/** Most objects never change again, or only within an hour. Some are edited months later. */
function later(created: Micros, now: Micros, random: Random): Micros {
  const draw = random.next();
  if (draw < 0.5) return created;
  const delay = draw < 0.8 ? random.next() * 3600 * SECOND : random.next() ** 3 * (now - created);
  return Math.min(now, Math.max(created, created + Math.floor(delay)));
}

function shapeActivities(store: Store, random: Random): void {
  const { activity, task, opportunity, lead } = store.tables;
  const { sizes } = store;
  let thread = -1;
  for (let n = 0; n < sizes.activities; n++) {
    const type = DRAWN[random.int(DRAWN.length)] ?? 0;
    let created = activity.created[n] ?? 0;
    activity.type[n] = type;
    if (type === MEETING && random.chance(0.7)) {
      // Entered at date_updated, for a later time. date_created is the start of the meeting.
      activity.updated[n] = created;
      created += Math.floor((random.next() * 24 - 3) * DAY);
    } else if (type === EMAIL && random.chance(0.15)) {
      // Sent years before, and synced when the mailbox was connected.
      activity.updated[n] = created;
      created -= Math.floor(random.next() * 6 * 365 * DAY);
      created -= created % SECOND;
    } else if (type === EMAIL_THREAD) {
      thread = n;
    } else if (type === TASK_COMPLETED && sizes.tasks > 0) {
      activity.ref[n] = random.int(sizes.tasks);
      activity.lead[n] = task.lead[activity.ref[n] ?? 0] ?? -1;
    } else if (type === OPPORTUNITY_CHANGE && sizes.opportunities > 0) {
      activity.ref[n] = random.int(sizes.opportunities);
      activity.lead[n] = opportunity.lead[activity.ref[n] ?? 0] ?? -1;
    } else if (type === CREATED && (activity.lead[n] ?? -1) >= 0) {
      created = Math.min(created, lead.created[activity.lead[n] ?? 0] ?? created);
    } else if (random.chance(0.02)) {
      activity.lead[n] = -1;
    }
    if (type === EMAIL && thread >= 0 && random.chance(0.8)) join(store, n, thread);
    activity.created[n] = type === EMAIL_THREAD ? created : Math.floor(created);
    activity.at[n] = created;
  }
}

/** An e-mail belongs to its thread's lead. The thread's date is that of its newest e-mail plus a millisecond. */
function join(store: Store, email: number, thread: number): void {
  const { activity } = store.tables;
  const sent = activity.created[email] ?? 0;
  activity.ref[email] = thread;
  activity.lead[email] = activity.lead[thread] ?? -1;
  if ((activity.ref[thread] ?? -1) >= 0 && sent <= (activity.created[thread] ?? 0)) return;
  activity.ref[thread] = email;
  activity.created[thread] = sent + 1000;
  activity.at[thread] = sent + 1000;
  activity.updated[thread] = Math.min(store.started, Math.max(activity.updated[thread] ?? 0, sent + 1000));
}

/** A lead's date_updated moves with every object that belongs to it. */
function touchLeads({ tables, started }: Store): void {
  const { lead } = tables;
  for (const table of [tables.contact, tables.opportunity, tables.task, tables.activity])
    for (let n = 0; n < table.size; n++) {
      const parent = table.lead[n] ?? -1;
      const at = Math.min(started, table.updated[n] ?? 0);
      if (parent >= 0 && at > (lead.updated[parent] ?? 0)) lead.updated[parent] = at;
    }
}

/** A bulk import or edit: many objects with exactly the same dates, to the microsecond. */
function equalRun({ sizes, started }: Store, table: Table, count: number, share: number): void {
  const at = started - Math.floor(sizes.days * share) * DAY - 12_345_678;
  for (let n = 0; n < Math.min(count, table.size); n++) {
    table.created[n] = at;
    table.updated[n] = at;
    table.at[n] = at;
  }
}
