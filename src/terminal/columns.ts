import { printable } from './printable.ts';
import type { Redact } from './redact.ts';

/** Shortens a text to `most` characters. If it is cut, the last one is an ellipsis. */
export const cutTo = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, Math.max(0, most - 1))}…`;

/** Writes a number as `1,234,567`. A fraction is rounded. */
export const grouped = (count: number): string =>
  String(Math.round(count)).replace(/\B(?=(?:\d{3})+$)/g, ',');

/** Breaks a text into lines of at most `most` characters, between words if possible. */
export const wrap = (text: string, most: number): string[] => {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length <= most) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word;
    while (line.length > most) {
      lines.push(line.slice(0, most));
      line = line.slice(most);
    }
  }
  return [...lines, line];
};

const GAP = '  ';

/**
 * The lines of a table. Each column is as wide as its widest cell. The last column is wrapped, so that no line is longer
 * than `width`.
 * @param table the header first; all rows have the same number of cells
 * @param redact takes secrets out of each cell, before it is cut or broken: a part of a secret could not be found
 * @param longestName if the first cell of a row is longer than this, it has a line of its own
 */
export const renderTable = (
  table: readonly (readonly string[])[],
  redact: Redact,
  width = Number.POSITIVE_INFINITY,
  longestName = Number.POSITIVE_INFINITY,
): string[] => {
  // Cells are cleaned before they are measured.
  const rows = table.map((row) => row.map((cell) => printable(redact(cell))));
  const columns = rows[0]?.length ?? 0;
  const isLong = ([name = '']: readonly string[]): boolean => name.length > longestName;
  const widths = Array.from({ length: Math.max(0, columns - 1) }, (_, column) =>
    Math.max(...rows.map((row) => (column === 0 && isLong(row) ? 0 : (row[column]?.length ?? 0)))),
  );
  const before = widths.reduce((sum, one) => sum + one + GAP.length, 0);
  const room = Math.max(10, width - before);
  return rows.flatMap((row) => {
    const own = isLong(row) ? [row[0] ?? ''] : [];
    const cells = isLong(row) ? ['', ...row.slice(1)] : row;
    const fixed = widths.map((one, column) => (cells[column] ?? '').padEnd(one) + GAP).join('');
    const lines = wrap(row[columns - 1] ?? '', room).map((text, index) =>
      `${index === 0 ? fixed : ' '.repeat(before)}${text}`.trimEnd(),
    );
    return [...own, ...lines];
  });
};
