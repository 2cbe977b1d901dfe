import { dateOnly, zoned } from '../moments.ts';
import { createRandom } from '../random.ts';
import { collectionOf, idOrNull, type Store, userAt } from '../store.ts';
import type { Row } from '../table.ts';
import { phrase } from '../words.ts';
import { customValues } from './custom-values.ts';
import { leadName } from './lead.ts';

const YEARLY: Readonly<Record<string, number>> = { one_time: 1, monthly: 12, annual: 1 };

/** An opportunity. Money is in minor units. Active ones have a date_won too, which is the expected date. */
export function opportunityRow(store: Store, ordinal: number): Row {
  const { opportunity, lead } = store.tables;
  const random = createRandom(store.seed ^ 0x0990, ordinal);
  const [user, userName] = userAt(store, random.int(store.sizes.users));
  const status = random.pick(collectionOf(store, 'opportunity_status').initial);
  const value = random.chance(0.1) ? null : random.int(5000) * 10_000;
  const period = random.pick(['one_time', 'monthly', 'annual']);
  const confidence = random.int(101);
  const annual = value === null ? null : value * (YEARLY[period] ?? 1);
  const expected = (amount: number | null) =>
    amount === null ? null : Math.round((amount * confidence) / 100);
  const parent = opportunity.lead[ordinal] ?? -1;
  const note = random.pick(['', null, phrase(random)]);
  const closes = opportunity.at[ordinal] ?? 0;
  return {
    id: opportunity.id(ordinal),
    organization_id: store.id,
    lead_id: idOrNull(lead, parent),
    lead_name: leadName(store, parent),
    contact_id: null,
    contact_name: null,
    user_id: user,
    user_name: userName,
    status_id: status.id,
    status_label: status.label,
    status_display_name: status.label,
    status_type: status.type,
    pipeline_id: status.pipeline_id,
    pipeline_name: 'Sales',
    value,
    value_currency: 'USD',
    value_formatted: value === null ? null : `$${(value / 100).toLocaleString('en-US')}`,
    value_period: period,
    annualized_value: annual,
    expected_value: expected(value),
    annualized_expected_value: expected(annual),
    confidence,
    date_won: closes > 0 ? dateOnly(closes) : null,
    date_lost: status.type === 'lost' ? zoned(opportunity.updated[ordinal] ?? 0) : null,
    note,
    note_html: note === null ? '' : `<body><p>${note}</p></body>`,
    attachments: [],
    integration_links: [],
    is_stalled: false,
    stall_status: null,
    created_by: user,
    created_by_name: userName,
    updated_by: user,
    updated_by_name: userName,
    date_created: zoned(opportunity.created[ordinal] ?? 0),
    date_updated: zoned(opportunity.updated[ordinal] ?? 0),
    ...customValues(store, random, 'opportunity').byId,
  };
}
