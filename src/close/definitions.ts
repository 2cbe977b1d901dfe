import { ALL_TIME } from '../time/span.ts';
import { listPages } from './paging/list-pages.ts';
import type { Row } from './row.ts';
import type { Walk, WalkContext } from './walk.ts';
import { newRows } from './walks/by-list.ts';

/** The definitions of one list. */
export interface DefinitionList {
  readonly rows: readonly Row[];
  /** Definitions that came without an id. */
  readonly withoutId: number;
}

/**
 * The definitions of an organization's custom fields. Each kind, for example `lead`, has a list; `shared` ones are in
 * that list only.
 */
export interface Definitions {
  of(kind: string): Promise<DefinitionList>;
}

/** The kinds of definitions that Close documents. */
export const DEFINITION_KINDS: readonly string[] = ['lead', 'contact', 'opportunity', 'activity', 'shared'];

export const definitionsPath = (kind: string): string => `/custom_field/${kind}/`;

/** The lists of definitions that Close does not page. */
const UNPAGED = new Set(['shared', 'custom_object_type']);
const LIMIT = 100;

/** Reads each list of definitions only once per run, when it is first asked for. */
export const createDefinitions = (context: Pick<WalkContext, 'api' | 'page_size'>): Definitions => {
  const lists = new Map<string, Promise<DefinitionList>>();
  const read = async (kind: string): Promise<DefinitionList> => {
    const rows: Row[] = [];
    let withoutId = 0;
    const list = { path: definitionsPath(kind), limit: UNPAGED.has(kind) ? null : LIMIT };
    for await (const page of listPages(list, { ...context, stream: 'custom_fields' })) {
      rows.push(...page.rows);
      withoutId += page.withoutId;
    }
    return { rows, withoutId };
  };
  return {
    of: (kind) => {
      const list = lists.get(kind) ?? read(kind);
      lists.set(kind, list);
      return list;
    },
  };
};

/** The definitions themselves as rows. Each gets an `object_type`: the kind of the list from which it came. */
export const byDefinitions = (kinds: readonly string[]): Walk => ({
  along: null,
  read: async (range, context, emit) => {
    const lists = await Promise.allSettled(kinds.map((kind) => context.definitions.of(kind)));
    for (const [index, list] of lists.entries()) {
      if (list.status === 'rejected') continue;
      const { rows, withoutId } = list.value;
      context.withoutId(withoutId);
      const fresh = newRows(rows, range, context);
      await emit(
        fresh.map((row) => ({ ...row, object_type: kinds[index] })),
        [],
      );
    }
    // All lists that could be read are written, before one that could not be read fails the stream.
    for (const list of lists) if (list.status === 'rejected') throw list.reason;
    await emit([], [ALL_TIME]);
  },
});
