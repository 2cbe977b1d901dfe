/** A line of the table. */
export interface Row {
  readonly what: string;
  readonly measured: string;
  readonly target: string;
  readonly met: boolean | null;
}

export const seconds = (value: number): string => `${value.toFixed(value < 10 ? 2 : 1)} s`;
export const mib = (value: number): string => `${Math.round(value)} MiB`;

export const renderTable = (rows: readonly Row[]): string =>
  [
    '| | measured | target | |',
    '|---|---|---|---|',
    ...rows.map(
      ({ what, measured, target, met }) =>
        `| ${what} | ${measured} | ${target} | ${met === null ? '' : met ? 'met' : '**missed**'} |`,
    ),
  ].join('\n');
