import { afterEach, expect, test } from 'vitest';
import { syncHere } from '../e2e/run-main.ts';
import type { TapRun } from '../e2e/run-tap.ts';
import { createOrganisation, type Organisation } from '../sandbox/organisation.ts';
import { createRandom } from '../sandbox/random.ts';
import type { SandboxOptions } from '../sandbox/sandbox-options.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';

let sandbox: Sandbox;
afterEach(() => sandbox.close());

/** Lists whose order Close does not document: the stream, the sandbox's name for its objects, the path. */
const LISTS = [
  ['outcomes', 'outcome', '/outcome/'],
  ['sms_templates', 'sms_template', '/sms_template/'],
  ['phone_numbers', 'phone_number', '/phone_number/'],
  ['bulk_edits', 'bulk_edit', '/bulk_action/edit/'],
  ['exports', 'export', '/export/'],
  ['comment_threads', 'comment_thread', '/comment_thread/'],
  ['forms', 'form', '/form/'],
  ['dialer_sessions', 'dialer_session', '/dialer/'],
] as const;
type List = (typeof LISTS)[number];

const config = (): object => ({
  api_key: 'api_sandbox',
  base_url: sandbox.url,
  start_date: '2000-01-01',
  max_retries: 1,
});

/** The catalog with only these streams selected. */
const catalogOf = async (names: readonly string[]): Promise<object> => {
  const { text } = await syncHere({ config: config(), args: ['--discover'] });
  const catalog = JSON.parse(text) as {
    streams: {
      tap_stream_id: string;
      metadata: { breadcrumb: string[]; metadata: { selected?: boolean } }[];
    }[];
  };
  for (const { tap_stream_id: name, metadata } of catalog.streams) {
    const whole = metadata.find(({ breadcrumb }) => breadcrumb.length === 0);
    if (whole) whole.metadata.selected = names.includes(name);
  }
  return catalog;
};

const open = async (
  plainOrder: SandboxOptions['plainOrder'],
  lists: readonly List[],
): Promise<Organisation> => {
  const organisation = createOrganisation({ seed: 4, leads: 2, activities: 2, tasks: 2, events: 2 });
  for (const [, kind] of lists) {
    const missing = 150 - organisation.ids(kind).length;
    for (let count = 0; count < missing; count += 1) organisation.create(kind);
  }
  sandbox = await startSandbox(organisation, { plainOrder });
  return organisation;
};

const lostOf = (
  organisation: Organisation,
  [stream, kind]: List,
  before: readonly string[],
  runs: TapRun[],
) => {
  const there = new Set(organisation.ids(kind));
  return before.filter((id) => there.has(id) && !runs.some((run) => run.ids(stream).has(id)));
};

test('a template that is edited before it is read is written, even if one that was read is deleted at the same time', async () => {
  const templates = LISTS.filter(([stream]) => stream === 'sms_templates');
  const organisation = await open('newest-edit-first', templates);
  const before = organisation.ids('sms_template');
  const catalog = await catalogOf(['sms_templates']);
  let pages = 0;
  sandbox.options.beforeRequest = ({ path }) => {
    if (path !== '/sms_template/') return;
    pages += 1;
    if (pages !== 2) return;
    // The list has the newest edit first, and the templates were created one after the other.
    organisation.update('sms_template', before[20] ?? '');
    organisation.remove('sms_template', before[130] ?? '');
  };

  const run = await syncHere({ config: config(), catalog });

  expect(run.code).toBe(0);
  for (const list of templates) expect(lostOf(organisation, list, before, [run])).toEqual([]);
});

test('lists with another order at each request, from which rows are deleted, are read in full or fail with a message', async () => {
  const organisation = await open('shuffled', LISTS);
  const catalog = await catalogOf(LISTS.map(([stream]) => stream));
  const random = createRandom(11, 3);
  const before = LISTS.map(([, kind]) => organisation.ids(kind));
  const changes = new Map<string, number>();
  sandbox.options.beforeRequest = ({ path }) => {
    const list = LISTS.find(([, , one]) => one === path);
    const count = changes.get(path) ?? 0;
    if (!list || count >= 6) return;
    changes.set(path, count + 1);
    const ids = organisation.ids(list[1]);
    organisation.remove(list[1], ids[random.int(ids.length)] ?? '');
    organisation.create(list[1]);
  };

  const run = await syncHere({ config: config(), catalog });

  const lost = LISTS.map(
    (list, index) => [list[0], lostOf(organisation, list, before[index] ?? [], [run])] as const,
  );
  const silent = lost.filter(
    ([name, ids]) => ids.length > 0 && !run.stderr.includes(`${name} is not complete`),
  );
  expect(silent).toEqual([]);
  expect(sandbox.requests.length).toBeLessThan(LISTS.length * 60);
});
