import { cpus } from 'node:os';
import { measureAccounts } from './accounts.ts';
import { measureLatency } from './latency.ts';
import { measureMemory } from './memory.ts';
import { measurePeer } from './peer.ts';
import { measureRateLimit } from './rate-limit.ts';
import { measureRequests } from './requests.ts';
import { type Row, renderTable } from './row.ts';
import { measureStartUp } from './start-up.ts';
import { measureThroughput } from './throughput.ts';

const PARTS: Readonly<Record<string, () => Promise<Row[]>>> = {
  a: measureLatency,
  b: measureRateLimit,
  c: measureThroughput,
  d: measureMemory,
  e: measureRequests,
  f: measurePeer,
  g: measureAccounts,
  h: measureStartUp,
};

/** `npm run bench`, or `npm run bench -- a c` for parts of it. The numbers are for people, and make no test fail. */
const asked = process.argv.slice(2).filter((name) => name in PARTS);
const rows: Row[] = [];
for (const name of asked.length > 0 ? asked : Object.keys(PARTS)) {
  process.stderr.write(`(${name}) ...\n`);
  const measured = (await PARTS[name]?.()) ?? [];
  rows.push(...measured);
  for (const row of measured) process.stderr.write(`${row.what}: ${row.measured}\n`);
}
const processors = cpus();
process.stdout.write(
  `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${processors.length} × ${processors[0]?.model}\n\n${renderTable(rows)}\n`,
);
