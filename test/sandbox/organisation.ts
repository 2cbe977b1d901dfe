import { shown } from './envelope.ts';
import { createHistory } from './history.ts';
import { makeId } from './ids.ts';
import { ACTIVITY_TYPES } from './kinds.ts';
import { DAY, type Micros, naive, zoned } from './moments.ts';
import { createMutations, type Mutations } from './mutations.ts';
import { populate } from './populate.ts';
import { createRandom } from './random.ts';
import { activityRow } from './rows/activity.ts';
import { contactRow } from './rows/contact.ts';
import { customObjectRow } from './rows/custom-object.ts';
import { eventRow } from './rows/event.ts';
import { bareLead, leadRow } from './rows/lead.ts';
import { opportunityRow } from './rows/opportunity.ts';
import { settings } from './rows/settings.ts';
import { taskRow } from './rows/task.ts';
import { type OrganisationOptions, sizesOf } from './sizes.ts';
import { collectionOf, type Store, type TableKind } from './store.ts';
import { type Row, Table } from './table.ts';

/** An account of Close in memory: what the API shows, and functions that change it between requests. */
export interface Organisation extends Mutations {
  readonly id: string;
  readonly store: Store;
  /** The present of the account, in milliseconds since the epoch. A test may replace it. */
  clock: () => number;
  /** The ids of all existing objects of a kind (`lead`, `activity`, `task`, `user`, `custom_field`, …). */
  ids(kind: string): string[];
  /** The object as the API shows it now; undefined if there is none. */
  get(kind: string, id: string): Row | undefined;
  /** Every existing object of a kind, made one at a time. */
  all(kind: string): Iterable<Row>;
}

export function createOrganisation(options: OrganisationOptions = {}): Organisation {
  const sizes = sizesOf(options);
  const seed = options.seed ?? 1;
  const now = options.now ?? Date.now();
  const began = performance.now();
  const clock = { read: () => now + (performance.now() - began) };
  let last: Micros = 0;
  const tick = () => {
    last = Math.max(last + 1, Math.floor(clock.read() * 1000));
    return last;
  };
  const id = makeId('orga', seed, 0);
  const started = Math.floor(now * 1000);
  const random = createRandom(seed, 0x5e7);
  const history = createHistory(started - sizes.days * DAY, started, random);
  const collections = settings(
    seed,
    {
      random,
      organisation: id,
      id: (prefix, n) => makeId(prefix, seed, n),
      moment: () => history.moment(random),
    },
    sizes,
  );

  const table = (
    kind: TableKind,
    capacity: number,
    prefix: string | ((type: number) => string),
    render: (store: Store, ordinal: number) => Row,
    { date = zoned, bare = render } = {},
  ) =>
    new Table({
      kind,
      seed,
      capacity,
      date,
      prefix: typeof prefix === 'string' ? () => prefix : prefix,
      render: (ordinal) => render(store, ordinal),
      bare: (ordinal) => bare(store, ordinal),
    });
  const store: Store = {
    seed,
    id,
    sizes,
    started,
    tick,
    tables: {
      lead: table('lead', sizes.leads, 'lead', leadRow, { bare: bareLead }),
      contact: table('contact', sizes.contacts, 'cont', contactRow),
      opportunity: table('opportunity', sizes.opportunities, 'oppo', opportunityRow),
      activity: table('activity', sizes.activities, 'acti', activityRow),
      task: table('task', sizes.tasks, (type) => (type === 0 ? 'task' : 'noti'), taskRow),
      custom_object: table('custom_object', sizes.customObjects, 'co', customObjectRow),
      event: table('event', sizes.events * 2, 'ev', eventRow, { date: naive }),
    },
    collections: new Map(collections.map((collection) => [collection.kind, collection])),
  };
  populate(store);

  return {
    id,
    store,
    get clock() {
      return clock.read;
    },
    set clock(read) {
      clock.read = read;
    },
    ...createMutations(store),
    ids: (kind) => {
      const found = tableOf(store, kind);
      if (found === undefined)
        return collectionOf(store, kind)
          .all()
          .map((row) => String(row.id));
      return Array.from(found.table.ordinals(found.type), (ordinal) => found.table.id(ordinal));
    },
    get: (kind, wanted) => {
      const found = tableOf(store, kind);
      if (found === undefined) {
        const row = collectionOf(store, kind).get(wanted);
        return row && shown(row);
      }
      const ordinal = found.table.find(wanted);
      // A copy, which does not change when the children of a lead do.
      return ordinal < 0 ? undefined : { ...found.table.row(ordinal) };
    },
    all: (kind) => {
      const found = tableOf(store, kind);
      if (found === undefined) return collectionOf(store, kind).all().map(shown);
      return rows(found.table, found.type);
    },
  };
}

/** `activity.call` means the activities that are calls. */
function tableOf(store: Store, kind: string): { table: Table; type: number | undefined } | undefined {
  const type = ACTIVITY_TYPES.findIndex((entry) => entry.object === kind);
  if (type >= 0) return { table: store.tables.activity, type };
  return kind in store.tables ? { table: store.tables[kind as TableKind], type: undefined } : undefined;
}

function* rows(table: Table, type: number | undefined): Generator<Row> {
  for (const ordinal of table.ordinals(type)) yield { ...table.row(ordinal) };
}
