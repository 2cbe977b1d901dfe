import { IDS_PER_REQUEST } from '../close/ask-by-ids.ts';
import { SEARCH } from '../close/search.ts';
import { inPortions, MOST_FIELDS } from '../close/walks/in-portions.ts';
import { defineStream } from './define-stream.ts';
import { leads } from './leads.ts';

const LIST = '/lead/';

/** These fields change without moving the date of their lead, so all of them are read every time. */
export const leadSmartFields = defineStream({
  name: 'lead_smart_fields',
  keyProperties: ['id'],
  replication: { method: 'FULL_TABLE' },
  requests: [
    { to: SEARCH.name, per: SEARCH.limit, rows: leads.name },
    {
      to: `GET ${LIST}`,
      per: IDS_PER_REQUEST,
      rows: `${leads.name} for each ${MOST_FIELDS} columns after the first ${MOST_FIELDS}`,
    },
  ],
  walk: inPortions({ objectType: 'lead', list: LIST }),
  smartFields: { list: LIST, besides: leads.name },
  selectedByDefault: false,
  note: `Discovery adds the other fields of the account. With at most ${MOST_FIELDS} columns it takes few requests.`,
});
