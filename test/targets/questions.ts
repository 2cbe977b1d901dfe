import type { Organisation } from '../sandbox/organisation.ts';
import type { Fields } from './pipeline.ts';

/** A question of an analyst: a simple select over the views, and the right answer from the account. */
export interface Question {
  readonly asked: string;
  readonly select: string;
  readonly truth: (account: Account) => Fields[];
}

/** An account after the changes of a working day. */
export interface Account {
  readonly organisation: Organisation;
  /** The custom field called Region. */
  readonly region: string;
  readonly deleted: readonly string[];
  /** The leads that were merged, and the leads that they were merged into. */
  readonly merged: ReadonlyMap<string, string>;
}

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const number = (value: unknown): number => Number(value ?? 0);
/** The text as the tap repairs it, since no target can store some characters. */
const clean = (value: unknown): string | null => text(value)?.replaceAll('\u0000', '').toWellFormed() ?? null;

const activities = ({ organisation }: Account, type: string): Fields[] =>
  [...organisation.all('activity')].filter(({ _type }) => _type === type);

const happenedAt = ({ activity_at, date_created }: Fields): number =>
  Date.parse(text(activity_at) ?? text(date_created) ?? '');

const grouped = (rows: readonly Fields[], keyOf: (row: Fields) => Fields): [Fields, Fields[]][] => {
  const groups = new Map<string, [Fields, Fields[]]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(JSON.stringify(key)) ?? [key, []];
    group[1].push(row);
    groups.set(JSON.stringify(key), group);
  }
  return [...groups.values()];
};

export const questions: readonly Question[] = [
  {
    asked: "the won revenue per month and owner, in the account's currency",
    select: `select r.month, r.user_id, r.user_name, sum(r.value) as revenue
from won_revenue as r
join current_organization as o on o.currency = r.currency
group by 1, 2, 3`,
    truth: ({ organisation }) => {
      const won = [...organisation.all('opportunity')].filter(
        ({ status_type, value_currency }) => status_type === 'won' && value_currency === 'USD',
      );
      const months = grouped(won, ({ date_won, user_id, user_name }) => ({
        month: text(date_won)?.replace(/\d\d$/, '01') ?? null,
        user_id,
        user_name: clean(user_name),
      }));
      return months.map(([key, rows]) => {
        const values = rows.filter(({ value }) => value !== null).map(({ value }) => number(value) / 100);
        return { ...key, revenue: values.length > 0 ? values.reduce((sum, value) => sum + value) : null };
      });
    },
  },
  {
    asked: 'the calls per rep and day',
    select: `select day, user_id, calls, seconds
from calls_per_rep_and_day
where user_id is not null`,
    truth: (account) => {
      const calls = activities(account, 'Call').filter(({ user_id }) => user_id !== null);
      const days = grouped(calls, (row) => ({
        day: new Date(happenedAt(row)).toISOString().slice(0, 10),
        user_id: row.user_id,
      }));
      return days.map(([key, rows]) => ({
        ...key,
        calls: rows.length,
        seconds: rows.reduce((sum, { duration }) => sum + number(duration), 0),
      }));
    },
  },
  {
    asked: 'the hours from a lead to its first call',
    select: `select lead_id, round(cast(hours as decimal(18, 6)), 3) as hours
from lead_to_first_call
where hours is not null`,
    truth: (account) => {
      const leads = new Map([...account.organisation.all('lead')].map((lead) => [lead.id, lead]));
      const called = activities(account, 'Call').filter(({ lead_id }) => leads.has(lead_id));
      return grouped(called, ({ lead_id }) => ({ lead_id })).map(([key, calls]) => {
        const created = Date.parse(String(leads.get(key.lead_id)?.date_created));
        const hours = (Math.min(...calls.map(happenedAt)) - created) / 3_600_000;
        return { ...key, hours: Math.round(hours * 1000) / 1000 };
      });
    },
  },
  {
    asked: 'the open opportunities with the region of their lead',
    select: `select o.id, o.lead_name, o.value, o.value_currency, l.region
from current_opportunities as o
join current_leads as l on l.id = o.lead_id
where o.status_type = 'active'`,
    truth: ({ organisation, region }) => {
      const leads = new Map([...organisation.all('lead')].map((lead) => [lead.id, lead]));
      return [...organisation.all('opportunity')]
        .filter(({ status_type, lead_id }) => status_type === 'active' && leads.has(lead_id))
        .map(({ id, lead_name, lead_id, value, value_currency }) => ({
          id,
          lead_name: clean(lead_name),
          value: value === null ? null : number(value) / 100,
          value_currency,
          region: leads.get(lead_id)?.[`custom.${region}`] ?? null,
        }));
    },
  },
  {
    asked: 'the leads deleted last week, merged ones apart',
    select: `select id, merged_into_id as merged_into
from deleted_leads
where deleted_at >= current_date - 7`,
    truth: ({ deleted, merged }) => [
      ...deleted.map((id) => ({ id, merged_into: null })),
      ...[...merged].map(([id, into]) => ({ id, merged_into: into })),
    ],
  },
  {
    asked: 'the e-mails that were opened, by sender',
    select: `select user_id, count(distinct email_id) as opened, count(*) as opens
from email_opens
group by 1`,
    truth: (account) => {
      const opens = ({ opens: list }: Fields) => (Array.isArray(list) ? list.length : 0);
      const opened = activities(account, 'Email').filter((email) => opens(email) > 0);
      return grouped(opened, ({ user_id }) => ({ user_id })).map(([key, emails]) => ({
        ...key,
        opened: emails.length,
        opens: emails.reduce((sum, email) => sum + opens(email), 0),
      }));
    },
  },
  {
    asked: 'the conversion between stages',
    select: `select old_stage, new_stage, opportunities, round(cast(share as decimal(18, 6)), 3) as share
from stage_conversion`,
    truth: (account) => {
      const changes = activities(account, 'OpportunityStatusChange');
      const distinct = (rows: readonly Fields[]) =>
        new Set(rows.map(({ opportunity_id }) => opportunity_id).filter((id) => id !== null)).size;
      return grouped(changes, ({ old_status_label, new_status_label }) => ({
        old_stage: old_status_label,
        new_stage: new_status_label,
      })).map(([key, rows]) => {
        const left = distinct(changes.filter(({ old_status_label }) => old_status_label === key.old_stage));
        return {
          ...key,
          opportunities: distinct(rows),
          share: Math.round((distinct(rows) / left) * 1000) / 1000,
        };
      });
    },
  },
];
