import { zoned } from '../moments.ts';
import type { Random } from '../random.ts';
import type { Row } from '../table.ts';

export interface SettingScope {
  readonly random: Random;
  readonly n: number;
  readonly user: string;
  readonly id: (prefix: string, n: number) => string;
}

export interface SettingKind {
  readonly kind: string;
  readonly prefix: string;
  readonly date: ((at: number) => string) | undefined;
  readonly count: (users: number) => number;
  readonly fields: (scope: SettingScope) => Row;
}

/** A kind of which a list holds so many, each with the given fields; without a `date` its rows have none. */
export const kind = (
  name: string,
  prefix: string,
  count: number | ((users: number) => number),
  fields: (scope: SettingScope) => Row,
  date: ((at: number) => string) | null = zoned,
): SettingKind => ({
  kind: name,
  prefix,
  date: date ?? undefined,
  count: typeof count === 'number' ? () => count : count,
  fields,
});

/** What rows lack that tell neither when nor by whom they were made. */
export const undated: Row = { created_by: undefined, updated_by: undefined };
