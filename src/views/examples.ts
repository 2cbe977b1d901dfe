import type { View } from './view.ts';

/** Reports that people often ask for. They are examples to copy and change. */
export const exampleViews: readonly View[] = [
  {
    name: 'won_revenue',
    about:
      'Won opportunities by month, owner, currency and payment period. Values of annualized_value can be added up over all periods.',
    reads: {
      current_opportunities: [
        ...['id', 'date_won', 'status_type', 'user_id', 'user_name'],
        ...['value', 'annualized_value', 'value_currency', 'value_period'],
      ],
    },
    columns: [
      { name: 'month', sql: `cast(date_trunc('month', o."date_won") as date)` },
      { name: 'user_id', sql: 'o."user_id"' },
      { name: 'user_name', sql: 'max(o."user_name")' },
      { name: 'currency', sql: 'o."value_currency"' },
      { name: 'value_period', sql: 'o."value_period"' },
      { name: 'opportunities', sql: 'count(*)' },
      { name: 'value', sql: 'sum(o."value")' },
      { name: 'annualized_value', sql: 'sum(o."annualized_value")' },
    ],
    rest: (view) =>
      `from ${view('current_opportunities')} as o\nwhere o."status_type" = 'won'\ngroup by 1, 2, 4, 5`,
  },
  {
    name: 'calls_per_rep_and_day',
    about: 'Calls by user and day. Days are in UTC. Seconds count the conversation only.',
    reads: { calls: ['happened_at', 'user_id', 'user_name', 'direction', 'duration'] },
    columns: [
      { name: 'day', sql: 'cast(c."happened_at" as date)' },
      { name: 'user_id', sql: 'c."user_id"' },
      { name: 'user_name', sql: 'max(c."user_name")' },
      { name: 'calls', sql: 'count(*)' },
      { name: 'outbound_calls', sql: `count(*) filter (where c."direction" = 'outbound')` },
      { name: 'seconds', sql: 'sum(c."duration")' },
    ],
    rest: (view) => `from ${view('calls')} as c\ngroup by 1, 2`,
  },
  {
    name: 'lead_to_first_call',
    about:
      'Leads with the first call to or from each. Hours are negative if the call is older than the lead. Both are null if ' +
      'there was no call.',
    reads: {
      current_leads: ['id', 'display_name', 'date_created'],
      calls: ['lead_id', 'happened_at'],
    },
    columns: [
      { name: 'lead_id', sql: 'l."id"' },
      { name: 'lead_name', sql: 'max(l."display_name")' },
      { name: 'lead_created_at', sql: 'max(l."date_created")' },
      { name: 'first_call_at', sql: 'min(c."happened_at")' },
      { name: 'hours', sql: 'extract(epoch from (min(c."happened_at") - max(l."date_created"))) / 3600' },
    ],
    rest: (view) =>
      `from ${view('current_leads')} as l\n` +
      `left join ${view('calls')} as c on c."lead_id" = l."id"\ngroup by l."id"`,
  },
  {
    name: 'stage_conversion',
    about:
      'How many opportunities went from one stage to another, and their share of all that left the first stage.',
    reads: {
      stage_changes: [
        ...['opportunity_id', 'old_pipeline_name', 'old_status_id', 'old_status_label'],
        ...['new_pipeline_name', 'new_status_id', 'new_status_label'],
      ],
    },
    columns: [
      { name: 'old_pipeline', sql: 'max(s."old_pipeline_name")' },
      { name: 'old_stage', sql: 'max(s."old_status_label")' },
      { name: 'new_pipeline', sql: 'max(s."new_pipeline_name")' },
      { name: 'new_stage', sql: 'max(s."new_status_label")' },
      { name: 'old_status_id', sql: 's."old_status_id"' },
      { name: 'new_status_id', sql: 's."new_status_id"' },
      { name: 'opportunities', sql: 'count(distinct s."opportunity_id")' },
      { name: 'share', sql: '1.0 * count(distinct s."opportunity_id") / max(t."opportunities")' },
    ],
    rest: (view) =>
      `from ${view('stage_changes')} as s\n` +
      'join (\n  select "old_status_id", count(distinct "opportunity_id") as "opportunities"\n' +
      `  from ${view('stage_changes')} group by "old_status_id"\n) as t on t."old_status_id" = s."old_status_id"\n` +
      'group by s."old_status_id", s."new_status_id"',
  },
];
