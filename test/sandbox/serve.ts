import { parseArgs } from 'node:util';
import { createClient, searchSince } from './client.ts';
import { createOrganisation } from './organisation.ts';
import { startSandbox } from './server.ts';

const { values } = parseArgs({
  options: {
    objects: { type: 'string' },
    activities: { type: 'string' },
    leads: { type: 'string' },
    tasks: { type: 'string' },
    events: { type: 'string' },
    days: { type: 'string' },
    seed: { type: 'string', default: '1' },
    now: { type: 'string' },
    port: { type: 'string', default: '0' },
    /** How long each answer waits, in milliseconds. */
    latency: { type: 'string', default: '0' },
    /** The limit of requests per second for each group of endpoints; none by default. */
    rate: { type: 'string' },
    /** How late the search index is, in milliseconds. */
    lag: { type: 'string', default: '0' },
    key: { type: 'string', default: 'api_sandbox' },
    /** Whether `/activity/` sends EmailThread rows unasked. */
    threads: { type: 'boolean', default: false },
  },
});

const number = (name: 'objects' | 'activities' | 'leads' | 'tasks' | 'events' | 'days' | 'seed' | 'now') => {
  const text = values[name];
  return text === undefined ? {} : { [name]: name === 'now' ? Date.parse(text) : Number(text) };
};
const organisation = createOrganisation({
  ...number('objects'),
  ...number('activities'),
  ...number('leads'),
  ...number('tasks'),
  ...number('events'),
  ...number('days'),
  ...number('seed'),
  ...number('now'),
});
const sandbox = await startSandbox(organisation, {
  port: Number(values.port),
  indexLagMs: Number(values.lag),
  apiKeys: [values.key],
  emailThreadsByDefault: values.threads,
});
// The first request of each kind sorts the whole table. This is done before anything is measured.
const client = createClient(sandbox, values.key);
for (const path of ['/activity/', '/event/', '/contact/', '/opportunity/', '/lead/'])
  await client.get(path, { _limit: 1 });
await client.get('/task/', {
  _limit: 1,
  _type: 'all',
  _order_by: 'date_created',
  date_updated__gte: '2000-01-01',
});
await client.search(
  searchSince('lead', '2000-01-01T00:00:00Z', ['date_updated', 'date_created'], { _limit: 1 }),
);
sandbox.requests.length = 0;

sandbox.options.latencyMs = Number(values.latency);
if (values.rate !== undefined) sandbox.options.rateLimit = { limit: Number(values.rate), windowSeconds: 1 };

const count = (kind: string) => organisation.ids(kind).length;
process.stdout.write(
  `${JSON.stringify({
    url: sandbox.url,
    key: values.key,
    leads: count('lead'),
    activities: count('activity'),
    tasks: count('task'),
    events: count('event'),
  })}\n`,
);

const stop = () => {
  void sandbox.close().then(() => process.stdin.destroy());
};
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
process.stdin.once('end', stop).resume();
