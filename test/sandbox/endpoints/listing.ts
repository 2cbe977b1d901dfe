import { type Answer, type Call, pageOf } from '../call.ts';
import { envelope, project, sent } from '../envelope.ts';
import { type Query, runQuery } from '../query.ts';
import type { Row, Table } from '../table.ts';

export interface ListShape {
  readonly largest: number;
  /** Only some lists send `total_results`. */
  readonly total?: boolean;
  readonly fields?: boolean;
  readonly view?: (row: Row) => Row;
  readonly extra?: () => Row;
}

/** A page of a table by offset. `has_more` is true at the time of the call. */
export function answerQuery(call: Call, query: Query, shape: ListShape): Answer {
  const { limit, skip } = pageOf(call, shape.largest);
  const fields = shape.fields === true ? call.params.list('_fields') : undefined;
  const hits = runQuery({
    ...query,
    unstable: call.options.unstableTies,
    unordered: call.options.unordered.includes(call.path),
  });
  const found = hits.take(skip, limit + 1);
  const texts = found
    .slice(0, limit)
    .map((ordinal) => textOf(call, query.table, ordinal, fields, shape.view));
  return envelope(texts, {
    has_more: found.length > limit,
    ...(shape.total === true && { total_results: hits.count() }),
    ...shape.extra?.(),
  });
}

function textOf(
  { options }: Call,
  table: Table,
  ordinal: number,
  fields: string[] | undefined,
  view: ListShape['view'],
): string {
  if (fields === undefined && view === undefined && options.unsentFields.length === 0)
    return table.text(ordinal);
  const row = JSON.parse(table.text(ordinal)) as Row;
  return JSON.stringify(sent(project(view?.(row) ?? row, fields), table.kind, options));
}

/** The objects that `id__in` or `lead_id` name, if the request has one of them. */
export function among(call: Call, table: Table): number[] | undefined {
  const found = byIds(call, table);
  const children = ofLead(call, table);
  if (found === undefined || children === undefined) return found ?? children;
  return found.filter((ordinal) => children.includes(ordinal));
}

/** The objects that `id__in` names; some lists ignore it. */
export function byIds(call: Call, table: Table): number[] | undefined {
  const ids = call.params.list('id__in');
  return ids && [...new Set(ids)].map((id) => table.find(id)).filter((ordinal) => ordinal >= 0);
}

/** The objects of the leads that `lead_id` names. */
export function ofLead(call: Call, table: Table): number[] | undefined {
  const leads = call.params.list('lead_id');
  return leads && childrenOf(call, table, leads);
}

export function childrenOf({ store }: Call, table: Table, leads: readonly string[]): number[] {
  return leads.flatMap((id) => {
    const ordinal = store.tables.lead.find(id);
    return ordinal < 0 ? [] : table.ofLead(ordinal);
  });
}
