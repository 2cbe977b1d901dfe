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

/** Defines a kind: how many rows a list has, and their fields. Without `date`, the rows have no dates. */
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

/** The fields that rows lack if they do not say when and by whom they were created. */
export const undated: Row = { created_by: undefined, updated_by: undefined };
