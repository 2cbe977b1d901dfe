import { afterEach, expect, test } from 'vitest';
import type { Fault } from '../sandbox/faults.ts';
import { createOrganisation, type Organisation } from '../sandbox/organisation.ts';
import type { LoggedRequest, SandboxOptions } from '../sandbox/sandbox-options.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';
import { lacking, standingOf, together } from './delivery.ts';
import { type InProcessRun, syncInProcess } from './sync-in-process.ts';

let sandbox: Sandbox;
afterEach(() => sandbox.close());

const FEW = {
  seed: 5,
  leads: 20,
  contacts: 2,
  opportunities: 2,
  activities: 300,
  tasks: 300,
  events: 300,
  days: 25,
};
const CONFIG = { config: { max_retries: 0 } };

const open = async (
  options: Partial<SandboxOptions>,
  more: Parameters<typeof createOrganisation>[0] = {},
): Promise<Organisation> => {
  const organisation = createOrganisation({ ...FEW, ...more });
  sandbox = await startSandbox(organisation, options);
  return organisation;
};

const answered = (body: object): Fault => ({ kind: 'status', status: 200, body });
const to = (path: string, body: (request: LoggedRequest) => object) => (request: LoggedRequest) =>
  request.path === path ? answered(body(request)) : undefined;

const requestsTo = (path: string): number =>
  sandbox.requests.filter((request) => request.path === path).length;
const failed = ({ failures }: InProcessRun): string[] => failures.map(({ stream }) => stream);

test('a filter that is exact to the minute takes more requests, but loses no rows', async () => {
  const organisation = await open(
    { filterGrain: 'minute' },
    { equalTimestamps: { activities: 150, tasks: 150 }, activities: 500, tasks: 500 },
  );

  const run = await syncInProcess(sandbox, { config: { page_size: 20 } });

  expect(run.failures).toEqual([]);
  expect(lacking(run, standingOf(organisation))).toEqual([]);
  expect(sandbox.requests.length).toBeLessThan(500);
});

test('if a filter ignores its bounds, the stream fails with a message after few requests', async () => {
  await open({ filtersIgnored: ['date_created__gte', 'date_created__lt'] });

  const run = await syncInProcess(sandbox, { config: { page_size: 20 } });

  expect(failed(run).sort()).toEqual(['activities', 'tasks']);
  expect(sandbox.requests.length).toBeLessThan(200);
});

test.each([
  ['that never end and bring nothing new', (n: number) => ({ data: [], cursor_next: `c${n}` })],
  [
    'that lead in a circle',
    (n: number) => ({
      data: [{ id: 'ev_1', date_updated: new Date().toISOString() }],
      cursor_next: `c${n % 3}`,
    }),
  ],
])('event cursors %s make the stream fail with a message', async (_, body) => {
  let n = 0;
  await open({
    faults: to('/event/', () => {
      n += 1;
      return body(n);
    }),
  });

  const run = await syncInProcess(sandbox, CONFIG);

  expect(failed(run)).toContain('event_log');
  expect(requestsTo('/event/')).toBeLessThan(60);
});

test('a page of events that does not say whether there are more is not the end', async () => {
  await open({ faults: to('/event/', () => ({ data: [] })) });

  const run = await syncInProcess(sandbox, CONFIG);

  expect(failed(run)).toContain('event_log');
  expect(run.lastState?.bookmarks.event_log?.date_updated).toBeUndefined();
});

test('a list that says it has ended but counts many more rows does not move its bookmark', async () => {
  await open({ faults: to('/task/', () => ({ data: [], has_more: false, total_results: 5_000 })) });

  const run = await syncInProcess(sandbox, CONFIG);

  expect(failed(run)).toEqual(['tasks']);
  expect(run.lastState?.bookmarks.tasks?.date_updated).toBeUndefined();
});

test.each(['old', 'today', 'mixed'] as const)(
  'pages may be smaller than documented: the refusal says how small (%s)',
  async (errorBodies) => {
    const maxLimit = { '/activity/': 50, '/event/': 20, '/user/': 10, '/task/': 30, '/data/search/': 40 };
    const organisation = await open({ maxLimit, errorBodies });

    const run = await syncInProcess(sandbox);

    expect(run.failures).toEqual([]);
    expect(lacking(run, standingOf(organisation))).toEqual([]);
    expect(run.log.filter((line) => line.includes('may not be read'))).toEqual([]);
    // Once for each path, or for each request that was unfinished when the first one was refused.
    const refused = sandbox.requests.filter(({ status }) => status === 400);
    expect(refused.length).toBeLessThan(40);
  },
);

test('tasks of one second that _skip does not reach are read type by type, and all others are read too', async () => {
  const organisation = await open(
    { maxSkip: { '*': 50 }, maxLimit: { '/task/': 100 } },
    { tasks: 700, equalTimestamps: { tasks: 600 } },
  );

  const run = await syncInProcess(sandbox, CONFIG);
  sandbox.options.maxSkip = { '*': 250_000 };
  const next = await syncInProcess(sandbox, { ...CONFIG, state: run.lastState });

  const missing = lacking(run, standingOf(organisation), ['tasks']);
  expect(failed(run)).toEqual(missing.length > 0 ? ['tasks'] : []);
  // Everything except that second has come.
  const tied = organisation.ids('task').map((id) => String(organisation.get('task', id)?.date_created));
  const most = tied.filter((date) => tied.filter((other) => other === date).length > 1)[0];
  for (const id of missing.map((text) => text.split(' ')[1] ?? ''))
    expect(organisation.get('task', id)?.date_created).toBe(most);
  expect(lacking(together(run, next), standingOf(organisation), ['tasks'])).toEqual([]);
});
