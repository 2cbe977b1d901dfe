import type { Clock } from '../clock.ts';
import type { Instant } from '../time/instant.ts';
import { formatInstant } from '../time/rfc3339.ts';

/** How a stream ended. */
export type Ending = 'done' | 'failed' | 'stopped';

export interface Progress {
  /** @param at how far the stream has come in time */
  update(stream: string, now: { readonly records: number; readonly at?: Instant }): void;
  /** @param how in a word */
  end(stream: string, how: Ending): void;
  /** Takes the block away; call it before anything else is written, and at the end. */
  clear(): void;
  /** Writes a log's text above the block. */
  writeAbove(text: string): void;
}

interface Row {
  readonly startedMs: number;
  records: number;
  at: Instant | undefined;
  end: { readonly atMs: number; readonly how: Ending } | null;
}

const REDRAW_MS = 200;
/** A block higher than the screen cannot be redrawn; the streams still running are shown first. */
const MOST_ROWS = 15;

/** What a person watches while a run goes on: a line per stream, redrawn in place, without colours. Only for a TTY. */
export const createProgress = (options: {
  readonly write: (text: string) => void;
  /** The terminal's width, asked at every drawing since it may change. */
  readonly columns: () => number;
  readonly clock: Pick<Clock, 'now'>;
}): Progress => {
  const { write, columns, clock } = options;
  const rows = new Map<string, Row>();
  let drawn = 0;
  let drawnAtMs = Number.NEGATIVE_INFINITY;

  const erasure = (): string => {
    // Up to the block's first line, and clear from there to the end of the screen.
    const text = drawn === 0 ? '' : `\u001b[${drawn}A\r\u001b[J`;
    drawn = 0;
    return text;
  };
  const draw = (above = ''): void => {
    const now = clock.now();
    const width = Math.max(20, columns() - 1);
    const shown = [...rows]
      .sort(([, a], [, b]) => Number(a.end !== null) - Number(b.end !== null))
      .slice(0, MOST_ROWS);
    const lines = shown.map(([stream, row]) => `${describeRow(stream, row, now).slice(0, width)}\n`);
    write(`${erasure()}${above}${lines.join('')}`);
    drawn = lines.length;
    drawnAtMs = now;
  };
  const row = (stream: string): Row => {
    const known = rows.get(stream);
    if (known) return known;
    const created = { startedMs: clock.now(), records: 0, at: undefined, end: null };
    rows.set(stream, created);
    return created;
  };

  return {
    update: (stream, { records, at }) => {
      const current = row(stream);
      current.records = records;
      current.at = at ?? current.at;
      if (clock.now() - drawnAtMs >= REDRAW_MS) draw();
    },
    end: (stream, how) => {
      row(stream).end = { atMs: clock.now(), how };
      draw();
    },
    clear: () => {
      if (drawn > 0) write(erasure());
    },
    writeAbove: (text) => draw(text),
  };
};

const describeRow = (stream: string, { startedMs, records, at, end }: Row, now: number): string => {
  const seconds = ((end?.atMs ?? now) - startedMs) / 1000;
  const rate = seconds >= 1 ? `${Math.round(records / seconds)}/s` : '';
  const where = end?.how ?? (at === undefined ? '' : formatInstant(at).slice(0, 16));
  return `${stream.padEnd(28)} ${String(records).padStart(10)} ${rate.padStart(8)}  ${where}`.trimEnd();
};
