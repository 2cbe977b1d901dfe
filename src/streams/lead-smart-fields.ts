import { inPortions } from '../close/walks/in-portions.ts';
import { defineStream } from './define-stream.ts';
import { leads } from './leads.ts';

const LIST = '/lead/';

/** They change without moving the date of their lead, so that all of them are read every time. */
export const leadSmartFields = defineStream({
  name: 'lead_smart_fields',
  keyProperties: ['id'],
  replication: { method: 'FULL_TABLE' },
  requests: [
    { to: 'POST /data/search/', per: 200, rows: leads.name },
    { to: `GET ${LIST}`, per: 50, rows: `${leads.name} for each 75 columns after the first 75` },
  ],
  walk: inPortions({ objectType: 'lead', list: LIST }),
  smartFields: { list: LIST, besides: leads.name },
  selectedByDefault: false,
  note: 'Discovery adds the fields that the account has besides. With no more than 75 columns selected it is cheap.',
});
