import { fieldError } from '../api-error.ts';
import { ACTIVITY_TYPES, eventObject } from '../kinds.ts';
import type { TableKind } from '../store.ts';
import type { SearchView } from './search-view.ts';

/** A kind of object that a search can find: a table, or one type of its rows. */
export interface Target {
  readonly name: string;
  readonly kind: TableKind;
  readonly type: number | undefined;
  readonly rank: number;
}

const WHOLE: readonly TableKind[] = ['lead', 'contact', 'opportunity', 'task', 'custom_object'];

export const TARGETS: readonly Target[] = [
  ...WHOLE.map((kind) => ({ name: kind as string, kind, type: undefined })),
  ...ACTIVITY_TYPES.map(({ object }, type) => ({ name: object, kind: 'activity' as const, type })),
].map((target, rank) => ({ ...target, rank }));

export function targetOf(name: unknown): Target {
  const target = TARGETS.find((known) => known.name === name);
  if (target === undefined) throw fieldError('query', `Invalid object type: ${String(name)}.`);
  return target;
}

/** The `__object_type` of a row. For tasks, it is their own type. */
export function shownType(target: Target, view: SearchView, ordinal: number): string {
  return target.kind === 'task' ? eventObject('task', view.table.type[ordinal] ?? 0) : target.name;
}
