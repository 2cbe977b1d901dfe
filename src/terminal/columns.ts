/** Shortens a text to so many characters, the last of them an ellipsis. */
export const cutTo = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, Math.max(0, most - 1))}…`;

/** `1,234,567`; fractions are rounded. */
export const grouped = (count: number): string =>
  String(Math.round(count)).replace(/\B(?=(?:\d{3})+$)/g, ',');

/** Breaks a text into lines of at most `width` characters, between words where possible. */
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
 * A table for people: each column as wide as its widest cell, the last one wrapped so that no line is longer than
 * `width`.
 * @param rows the header first, all with the same number of cells
 * @param longestName a first cell that is longer has a line of its own
 */
export const renderTable = (
  rows: readonly (readonly string[])[],
  width: number,
  longestName = Number.POSITIVE_INFINITY,
): string[] => {
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
