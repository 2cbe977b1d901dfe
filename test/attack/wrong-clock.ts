import { systemClock } from '../../src/clock.ts';
import { createOrganisation, type Organisation } from '../sandbox/organisation.ts';
import { startSandbox } from '../sandbox/server.ts';
import { type Delivery, lacking, stale, standingOf, together } from './delivery.ts';
import { syncInProcess } from './sync-in-process.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
export const YEAR_MS = 365 * DAY_MS;

const CHANGED = ['lead', 'contact', 'custom_object', 'task', 'activity', 'opportunity'] as const;
const MORE = { contacts: 'contact', custom_objects: 'custom_object', opportunities: 'opportunity' } as const;

/** Edits old and new objects of every kind, and adds some. */
const change = (organisation: Organisation, turn: number): void => {
  for (const kind of CHANGED) {
    const ids = organisation.ids(kind);
    for (const step of [0, 7, 13]) organisation.update(kind, ids[(turn * 5 + step) % ids.length] ?? '');
  }
  organisation.create('lead');
  organisation.create('contact');
  organisation.create('task', { _type: 'missed_call' });
  organisation.create('activity', { _type: 'Note' });
};

/** What is missing or old in all streams, also those that are not read by default. */
const wrongIn = (delivery: Delivery, organisation: Organisation): readonly string[] => [
  ...lacking(delivery, standingOf(organisation)),
  ...stale(delivery, organisation),
  ...Object.entries(MORE).flatMap(([stream, kind]) =>
    [...organisation.all(kind)].flatMap((row) => {
      const found = delivery.latest(stream).get(String(row.id));
      const isSame = Date.parse(String(found?.date_updated)) === Date.parse(String(row.date_updated));
      return isSame ? [] : [`${stream} ${row.id}: ${found?.date_updated ?? 'missing'}`];
    }),
  ),
];

/** What is wrong after runs with a wrong clock, with changes during the first run and before the last one. */
export const damageOfClock = async (whose: "Close's" | 'ours', offMs: number): Promise<readonly string[]> => {
  const organisation = createOrganisation({ objects: 400, events: 100, customObjects: 50, seed: 6 });
  const now = (): number => systemClock.now() + (whose === 'ours' ? offMs : 0);
  let turn = 0;
  const sandbox = await startSandbox(organisation, {
    clockSkewMs: whose === 'ours' ? 0 : offMs,
    beforeRequest: () => {
      turn += 1;
      if (turn % 10 === 0) change(organisation, turn);
    },
  });
  try {
    const options = { config: { page_size: 20 }, clock: { ...systemClock, now }, more: Object.keys(MORE) };
    const first = await syncInProcess(sandbox, options);
    sandbox.options.beforeRequest = undefined;
    const second = await syncInProcess(sandbox, { ...options, state: first.lastState });
    const afterTwo = wrongIn(together(first, second), organisation);
    for (let times = 1; times <= 12; times += 1) change(organisation, times);
    const third = await syncInProcess(sandbox, { ...options, state: second.lastState });

    const runs = [first, second, third];
    const warnings = runs.flatMap(({ log }) => log.filter((line) => /Close's clock .* said/.test(line)));
    return [
      ...runs.flatMap(({ failures }) => failures.map(({ stream, reason }) => `${stream}: ${reason}`)),
      ...afterTwo.map((what) => `after two runs: ${what}`),
      ...wrongIn(together(...runs), organisation).map((what) => `after three: ${what}`),
      ...(warnings.length === runs.length ? [] : [`${warnings.length} warnings`]),
    ];
  } finally {
    await sandbox.close();
  }
};
