import { byCreated } from '../close/walks/by-created.ts';
import { MINUTE } from '../time/instant.ts';
import { customFieldColumns } from './custom-field-values.ts';
import { defineStream } from './define-stream.ts';

export const opportunities = defineStream({
  name: 'opportunities',
  keyProperties: ['id'],
  objectType: 'opportunity',
  replication: { method: 'INCREMENTAL', key: 'date_updated' },
  requests: [{ to: 'GET /opportunity/', per: 200, rows: 'changed' }],
  walk: byCreated({ path: '/opportunity/', limit: 200 }),
  // It is not documented that the list accepts ids. If it does not, the objects are asked for one by one.
  lateChanges: () => ({ list: '/opportunity/', one: '/opportunity/' }),
  // Close dates a change a little before it shows it.
  lookBack: () => MINUTE,
  customFields: ['opportunity', 'shared'],
  always: [
    'confidence',
    'contact_id',
    'created_by',
    'date_created',
    'date_lost',
    'date_won',
    'lead_id',
    'note',
    'organization_id',
    'status_id',
    'updated_by',
    'user_id',
    'value',
    'value_period',
  ],
  columns: customFieldColumns,
  money: {
    value: 'value_currency',
    expected_value: 'value_currency',
    annualized_value: 'value_currency',
    annualized_expected_value: 'value_currency',
  },
  selectedByDefault: false,
});
