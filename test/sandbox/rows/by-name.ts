import type { Row } from '../table.ts';

type Field = (row: Row) => unknown;

const partsOf = (lead: Row): unknown[] => Object.values(((lead.addresses as Row[])[0] ?? {}) as Row);

/** Fields that Close computes for a lead. It sends them only if `_fields` names them, or is `_all`. */
const OF_LEADS: Readonly<Record<string, Field>> = {
  contact_ids: (lead) => (lead.contacts as Row[]).map(({ id }) => id),
  contacts_summary: (lead) => (lead.contacts as Row[]).map(({ display_name }) => display_name).join(', '),
  primary_address_full: (lead) => partsOf(lead).slice(1).filter(Boolean).join(', ') || null,
  primary_address_summary: (lead) => (lead.addresses as Row[])[0]?.city ?? null,
  primary_email: (lead) => (lead.contacts as Row[]).flatMap(({ emails }) => emails as Row[])[0] ?? null,
  primary_phone: (lead) => (lead.contacts as Row[]).flatMap(({ phones }) => phones as Row[])[0] ?? null,
};

/** The fields of a row that are sent only if they are asked for. */
export function askedFor(row: Row, wanted: ReadonlySet<string>): Row {
  const isLead = 'html_url' in row && 'contacts' in row;
  if (!isLead) return {};
  const all = wanted.has('_all');
  return Object.fromEntries(
    Object.entries(OF_LEADS).flatMap(([name, field]) =>
      all || wanted.has(name) ? [[name, field(row)]] : [],
    ),
  );
}
