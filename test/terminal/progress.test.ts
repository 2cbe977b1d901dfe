import { expect, test } from 'vitest';
import { createProgress } from '../../src/terminal/progress.ts';
import { parseInstant } from '../../src/time/rfc3339.ts';

/** A terminal that understands the two sequences used: up n lines, clear to the end. */
const createScreen = (columns = 80) => {
  let now = 0;
  let writes = 0;
  const lines: string[] = [];
  const write = (text: string): void => {
    writes += 1;
    const [erased, rest] = text.startsWith('\u001b[') ? text.slice(2).split('A\r\u001b[J', 2) : ['0', text];
    lines.length -= Number(erased);
    lines.push(...(rest ?? '').split('\n').slice(0, -1));
  };
  const progress = createProgress({ write, columns: () => columns, clock: { now: () => now } });
  return {
    progress,
    lines,
    writes: () => writes,
    wait: (ms: number) => {
      now += ms;
    },
  };
};

test('each stream has a line with its records, their rate and the time it has come to', () => {
  const { progress, lines, wait } = createScreen();
  progress.update('leads', { records: 0 });

  wait(2000);
  progress.update('leads', { records: 500, at: parseInstant('2026-01-02T03:04:05Z') ?? 0 });
  progress.end('users', 'done');
  progress.end('tasks', 'failed');

  expect(lines.map((line) => line.split(/ +/))).toEqual([
    ['leads', '500', '250/s', '2026-01-02T03:04'],
    ['users', '0', 'done'],
    ['tasks', '0', 'failed'],
  ]);
});

test('it is drawn at most five times a second', () => {
  const { progress, writes, wait } = createScreen();

  for (let records = 0; records < 1000; records += 1) {
    progress.update('leads', { records });
    wait(1);
  }

  expect(writes()).toBe(5);
});

test('a log line stands above the block, which moves down', () => {
  const { progress, lines } = createScreen();
  progress.update('leads', { records: 1 });

  progress.writeAbove('WARNING slow\n');
  progress.writeAbove('INFO still\n');

  expect(lines).toEqual(['WARNING slow', 'INFO still', expect.stringMatching(/^leads +1$/)]);
});

test('nothing is left of it in the end', () => {
  const { progress, lines, writes } = createScreen();
  progress.update('leads', { records: 1 });

  progress.clear();
  progress.clear();

  expect(lines).toEqual([]);
  expect(writes()).toBe(2);
});

test('it fits the screen in width and height, streams that are done give way', () => {
  const { progress, lines, wait } = createScreen(30);
  for (let index = 0; index < 20; index += 1) progress.end(`done_${index}`, 'done');
  wait(1000);

  progress.update('running', { records: 10 ** 9, at: 0 });

  expect(lines).toHaveLength(15);
  expect(lines[0]).toMatch(/^running/);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(30);
});
