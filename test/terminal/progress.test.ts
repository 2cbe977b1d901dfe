import { expect, test } from 'vitest';
import { createProgress } from '../../src/terminal/progress.ts';
import { durationOf } from '../../src/terminal/progress-row.ts';
import { parseInstant } from '../../src/time/rfc3339.ts';

/** A terminal of a given size. It wraps long lines, scrolls, and does "up n lines" and "clear to the end". */
const createTerminal = (columns = 80, rows = 24) => {
  let now = 0;
  let writes = 0;
  const size = { columns, rows };
  /** Every line that was ever on the screen, the newest last. */
  const lines: string[] = [];
  const print = (text: string): void => {
    for (const line of text.split('\n').slice(0, -1)) {
      for (let at = 0; at === 0 || at < line.length; at += size.columns) {
        lines.push(line.slice(at, at + size.columns));
      }
    }
  };
  const write = (text: string): void => {
    writes += 1;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal is sent control characters
    const found = /^\u001b\[(\d+)A\r\u001b\[J/.exec(text);
    // The cursor cannot go above the first line of the screen.
    if (found) lines.length -= Math.min(Number(found[1]), lines.length, size.rows - 1);
    print(text.slice(found?.[0].length ?? 0));
  };
  const progress = createProgress({
    title: 'tap-closeio',
    write,
    size: () => size,
    clock: { now: () => now },
  });
  return {
    progress,
    lines,
    size,
    writes: () => writes,
    wait: (ms: number) => {
      now += ms;
    },
  };
};

const named = (...names: string[]) => names.map((name) => ({ name, newestFirst: false }));
const instant = (text: string): number => parseInstant(text) ?? 0;

test('every stream has a line from the start', () => {
  const { progress, lines } = createTerminal();

  progress.begin(named('leads', 'tasks'));

  expect(lines).toEqual([
    'tap-closeio   0 s   0 records',
    'leads           0            not started',
    'tasks           0            not started',
  ]);
});

test('a line shows the records, the speed, and how far the stream is', () => {
  const { progress, lines, wait } = createTerminal();
  progress.begin([...named('leads', 'users', 'tasks'), { name: 'activities', newestFirst: true }]);
  for (const name of ['leads', 'users', 'tasks', 'activities']) progress.update(name, { records: 0 });

  wait(10_000);
  progress.update('leads', { records: 5000, expected: 20_000 });
  progress.update('activities', { records: 300, at: instant('2026-01-02T03:04:05Z') });
  progress.end('users', 'done');
  progress.end('tasks', 'failed');

  expect(lines).toEqual([
    'tap-closeio   10 s   5,300 records   530/s',
    'leads            5,000     500/s  25 % of 20,000, about 30 s left',
    'users                0            done in 10 s',
    'tasks                0            failed in 10 s',
    'activities         300      30/s  newest first, now at 2026-01-02 03:04',
  ]);
});

test('an estimate is shown only when enough has been read', () => {
  const { progress, lines, wait } = createTerminal();
  progress.begin(named('leads'));
  progress.update('leads', { records: 0, expected: 1000 });

  wait(1000);
  progress.update('leads', { records: 500 });

  expect(lines.at(-1)).toMatch(/50 % of 1,000$/);
});

test('the elapsed time goes on, even while the run waits for Close', () => {
  const { progress, lines, wait } = createTerminal();
  progress.begin(named('leads'));
  progress.wait(25_000);

  wait(5000);
  progress.tick();

  expect(lines[0]).toBe('tap-closeio   5 s   0 records   waiting for Close, 20 s left');
});

test.each([
  [80, 'tap-closeio   1 h 0 min   0 records   waiting for Close, 25 s left'],
  [60, '1 h 0 min   0 records   waiting for Close, 25 s left'],
  [41, '1 h 0 min   waiting for Close, 25 s left'],
])('a wait is shown in %d columns too', (columns, header) => {
  const { progress, lines, wait } = createTerminal(columns);
  progress.begin(named('leads'));

  wait(3_600_000);
  progress.wait(3_625_000);

  expect(lines[0]).toBe(header);
});

test('a very short wait is not shown', () => {
  const { progress, lines, wait } = createTerminal();
  progress.begin(named('leads'));

  wait(500);
  progress.wait(1400);

  expect(lines[0]).toBe('tap-closeio   0 s   0 records');
});

test('the progress is drawn at most five times a second', () => {
  const { progress, writes, wait } = createTerminal();

  for (let records = 0; records < 1000; records += 1) {
    progress.update('leads', { records });
    wait(1);
  }

  expect(writes()).toBe(5);
});

test('a log line is written above the progress, which moves down', () => {
  const { progress, lines } = createTerminal();
  progress.begin(named('leads'));

  progress.writeAbove('WARNING slow\n');
  progress.writeAbove('INFO still\n');

  expect(lines.slice(0, 2)).toEqual(['WARNING slow', 'INFO still']);
  expect(lines).toHaveLength(4);
});

test('the counts stay on the screen at the end', () => {
  const { progress, lines } = createTerminal();
  progress.begin(named('leads'));
  progress.update('leads', { records: 12 });

  progress.end('leads', 'stopped');
  progress.finish();
  progress.writeAbove('INFO stopped by SIGINT\n');

  expect(lines.map((line) => line.split(/ {2,}/)[0])).toEqual([
    'tap-closeio',
    'leads',
    'INFO stopped by SIGINT',
  ]);
});

test('the progress fits every size, and leaves no old lines', () => {
  for (const columns of [40, 41, 60, 80, 200]) {
    for (const rows of [4, 10, 24, 60]) {
      const { progress, lines, wait } = createTerminal(columns, rows);
      progress.begin(
        named(...Array.from({ length: 45 }, (_, index) => `bulk_sequence_subscriptions_${index}`)),
      );
      for (let turn = 0; turn < 5; turn += 1) {
        wait(60_000);
        progress.update('bulk_sequence_subscriptions_7', { records: 10 ** 9 * turn, expected: 10 ** 10 });
        progress.tick();
      }

      expect(lines.length).toBeLessThan(rows);
      expect(lines.filter((line) => line.includes(' records'))).toHaveLength(1);
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(columns);
    }
  }
});

test('streams that are being read are shown before those that are done or have not started', () => {
  const { progress, lines } = createTerminal(80, 6);
  progress.begin(named('a', 'b', 'c', 'd', 'e', 'f'));
  progress.update('f', { records: 1 });
  progress.end('a', 'done');
  progress.end('b', 'failed');

  expect(lines.map((line) => line.split(' ')[0])).toEqual(['tap-closeio', 'f', 'c', 'd', 'and']);
});

test('no old lines are left if the terminal becomes narrower', () => {
  const { progress, lines, size, wait } = createTerminal(100);
  progress.begin(named('leads', 'tasks'));
  progress.update('leads', { records: 7, at: instant('2026-01-02T03:04:05Z') });
  const wide = lines.splice(0);
  size.columns = 40;
  // A terminal wraps the lines that it already shows.
  for (const line of wide) {
    for (let at = 0; at < line.length; at += 40) lines.push(line.slice(at, at + 40));
  }

  wait(1000);
  progress.tick();

  expect(lines.filter((line) => line.startsWith('tap-closeio'))).toHaveLength(1);
  expect(lines).toHaveLength(3);
});

test.each([
  [0, '0 s'],
  [59_400, '59 s'],
  [185_000, '3 min 5 s'],
  [3_725_000, '1 h 2 min'],
])('%d ms are %s', (ms, text) => {
  expect(durationOf(ms)).toBe(text);
});
