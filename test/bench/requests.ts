import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTapMeasured } from './measured-tap.ts';
import type { Row } from './row.ts';
import { startSandboxProcess } from './sandbox-process.ts';

/** The rows of the largest page of each list. Definitions and users fit on one page. */
const LARGEST: Readonly<Record<string, number>> = { '/data/search/': 200, '/event/': 50 };
const DEFAULT = 100;
const PATHS: Readonly<Record<string, string>> = {
  leads: '/data/search/',
  tasks: '/task/',
  event_log: '/event/',
};

const countRecords = (text: string): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const [, stream = '', type = ''] of text.matchAll(
    /^\{"type":"RECORD","stream":"(\w+)","record":\{(?:"_type":"(EmailThread)")?/gm,
  )) {
    const path = type === '' ? (PATHS[stream] ?? stream) : '/activity/emailthread/';
    counts.set(path, (counts.get(path) ?? 0) + 1);
  }
  return counts;
};

const fewest = (records: ReadonlyMap<string, number>): number =>
  [...records].reduce((sum, [path, count]) => sum + Math.ceil(count / (LARGEST[path] ?? DEFAULT)), 0);

/** The requests of a first run, compared with the number of full pages, and those of a second run that finds nothing new. */
export const measureRequests = async (): Promise<Row[]> => {
  const sandbox = await startSandboxProcess({ objects: 100_000, seed: 5 });
  const dir = await mkdtemp(join(tmpdir(), 'tap-closeio-bench-'));
  try {
    const output = join(dir, 'out.jsonl');
    await sandbox.set({});
    await runTapMeasured(sandbox.url, {}, { output });
    const first = await sandbox.report();
    const text = await readFile(output, 'latin1');
    // There are five lists of definitions. Those without rows are asked for too.
    const least = fewest(countRecords(text)) + 4;
    const states = text.slice(text.lastIndexOf('{"type":"STATE"'));
    const state = (JSON.parse(states) as { value: object }).value;
    await sandbox.set({});
    await runTapMeasured(sandbox.url, {}, { state });
    const second = await sandbox.report();
    const ratio = first.requests / least;
    return [
      {
        what: '(e) requests of a first run over 100 000 objects',
        measured: `${first.requests}, full pages ${least}: ${ratio.toFixed(2)}`,
        target: '≤ 1.3',
        met: ratio <= 1.3,
      },
      {
        what: '(e) requests of a second run with nothing new',
        measured: `${second.requests}`,
        target: '≤ 20',
        met: second.requests <= 20,
      },
    ];
  } finally {
    await sandbox.close();
    await rm(dir, { recursive: true });
  }
};
