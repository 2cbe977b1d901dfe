import type { Clock } from '../clock.ts';
import type { Instant } from '../time/instant.ts';
import { cutTo, grouped } from './columns.ts';
import {
  describeRow,
  durationOf,
  type Ending,
  type ProgressRow,
  rankOf,
  type WatchedStream,
} from './progress-row.ts';

/** What is known of a stream so far. */
export interface ShownProgress {
  readonly records: number;
  /** The date of the last record that was written. */
  readonly at?: Instant | undefined;
  /** How many records the server says there are; undefined if it does not say. */
  readonly expected?: number | undefined;
}

/** The progress of a run on a terminal: a header and one line for each stream, drawn again in the same place. */
export interface Progress {
  /** Shows these streams from now on. */
  begin(streams: readonly WatchedStream[]): void;
  update(stream: string, now: ShownProgress): void;
  end(stream: string, how: Ending): void;
  /** Shows that the run waits for the server. @param untilMs the end of the wait, in milliseconds since the epoch */
  wait(untilMs: number): void;
  /** Draws again, to update the elapsed time. */
  tick(): void;
  /** Writes text of the log above the progress. */
  writeAbove(text: string): void;
  /** Draws a last time. Text that is written later appears below. */
  finish(): void;
}

export interface ProgressOptions {
  /** The first words of the header. */
  readonly title: string;
  readonly write: (text: string) => void;
  /** Gives the size of the terminal. It is called each time, since the size may change. */
  readonly size: () => { readonly columns: number; readonly rows: number };
  readonly clock: Pick<Clock, 'now'>;
}

/** The shortest time between two drawings. Streams may write many pages a second. */
const REDRAW_MS = 200;
/** A shorter wait is not shown. */
const SHORTEST_WAIT_MS = 1_000;

export const createProgress = (options: ProgressOptions): Progress => {
  const { write, size, clock, title } = options;
  const beganMs = clock.now();
  const rows = new Map<string, ProgressRow>();
  let waitingUntilMs = 0;
  /** The lines on the screen, as they were drawn. */
  let drawn: readonly string[] = [];
  let drawnAtMs = Number.NEGATIVE_INFINITY;

  const rowOf = (stream: string): ProgressRow => {
    const known = rows.get(stream);
    if (known) return known;
    const row: ProgressRow = {
      name: stream,
      newestFirst: false,
      startedMs: null,
      records: 0,
      at: undefined,
      expected: undefined,
      end: null,
    };
    rows.set(stream, row);
    return row;
  };

  const erasure = (columns: number): string => {
    // A terminal that became narrower has wrapped the lines that were drawn.
    const height = drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / columns)), 0);
    // Moves the cursor up to the first drawn line, and clears from there to the end of the screen.
    return height === 0 ? '' : `\u001b[${height}A\r\u001b[J`;
  };

  const header = (now: number, columns: number): string => {
    const seconds = (now - beganMs) / 1000;
    const records = [...rows.values()].reduce((sum, row) => sum + row.records, 0);
    const counts = `${grouped(records)} records`;
    const elapsed = durationOf(now - beganMs);
    const rate = seconds >= 1 ? [`${grouped(records / seconds)}/s`] : [];
    const wait = `waiting for Close, ${durationOf(waitingUntilMs - now)} left`;
    // If the run waits, that is the most important thing to show.
    const forms = (
      waitingUntilMs > now
        ? [
            [title, elapsed, counts, wait],
            [elapsed, counts, wait],
            [elapsed, wait],
          ]
        : [
            [title, elapsed, counts, ...rate],
            [title, elapsed, counts],
            [elapsed, counts],
          ]
    ).map((parts) => parts.join('   '));
    return forms.find((form) => form.length <= columns) ?? forms.at(-1) ?? '';
  };

  const blockOf = (now: number, columns: number, height: number): string[] => {
    const all = [...rows.values()];
    const names = Math.min(Math.max(...all.map(({ name }) => name.length), 0), Math.floor(columns * 0.4));
    // Three lines are for the header, the number of streams that do not fit, and the cursor.
    const room = Math.max(1, height - 3);
    const shown =
      all.length <= height - 2 ? all : [...all].sort((a, b) => rankOf(a) - rankOf(b)).slice(0, room);
    const left = all.length - shown.length;
    return [
      header(now, columns),
      ...shown.map((row) => describeRow(row, now, names, columns)),
      ...(left === 0 ? [] : [`and ${left} more streams`]),
    ].map((line) => cutTo(line, columns));
  };

  const draw = (above = ''): void => {
    const now = clock.now();
    const { columns, rows: height } = size();
    // The last column stays free: some terminals wrap a line that fills it.
    const lines = rows.size === 0 ? [] : blockOf(now, Math.max(10, columns - 1), height);
    write(`${erasure(columns)}${above}${lines.map((line) => `${line}\n`).join('')}`);
    drawn = lines;
    drawnAtMs = now;
  };

  return {
    begin: (streams) => {
      for (const { name, newestFirst } of streams) Object.assign(rowOf(name), { newestFirst });
      draw();
    },
    update: (stream, { records, at, expected }) => {
      const row = rowOf(stream);
      row.startedMs ??= clock.now();
      row.records = records;
      row.at = at ?? row.at;
      row.expected = expected ?? row.expected;
      if (clock.now() - drawnAtMs >= REDRAW_MS) draw();
    },
    end: (stream, how) => {
      rowOf(stream).end = { atMs: clock.now(), how };
      draw();
    },
    wait: (untilMs) => {
      if (untilMs - clock.now() < SHORTEST_WAIT_MS) return;
      waitingUntilMs = Math.max(waitingUntilMs, untilMs);
      if (clock.now() - drawnAtMs >= REDRAW_MS) draw();
    },
    tick: () => {
      if (rows.size > 0) draw();
    },
    writeAbove: (text) => draw(text),
    finish: () => {
      waitingUntilMs = 0;
      if (rows.size > 0) draw();
      drawn = [];
      rows.clear();
    },
  };
};
