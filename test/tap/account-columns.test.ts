import { expect, test } from 'vitest';
import { parsePatterns } from '../../src/singer/select-patterns.ts';
import { streams } from '../../src/streams/index.ts';
import { streamsToAsk } from '../../src/tap/account-columns.ts';

const asked = (...patterns: string[]): string[] =>
  streamsToAsk(streams, parsePatterns(patterns)).map(({ name }) => name);

test.each([
  ['leads', ['leads']],
  ['leads.*', ['leads']],
  ['leads.custom_cf_1', ['leads']],
  ['leads.*name', ['leads']],
  ['*.custom_*', streams.filter(({ customFields }) => customFields).map(({ name }) => name)],
  ['lead*', ['leads', 'lead_smart_fields']],
  ['lead_smart_fields.num_whatsapp_messages', ['lead_smart_fields']],
  ['*.custom_cf_*', streams.filter(({ customFields }) => customFields).map(({ name }) => name)],
])('%s can name own columns of %j', (pattern, names) => {
  const every = pattern.startsWith('*') ? [...names, 'lead_smart_fields'] : names;

  expect(asked(pattern).sort()).toEqual([...every].sort());
});

test.each([
  'leads.name',
  'lead_smart_fields.num_calls',
  'users.*',
  '!leads',
  '!*.custom_cf_1',
  '!*.custom_*',
  'leads.custom_fields',
])('%s is understood without asking', (pattern) => {
  expect(asked(pattern)).toEqual([]);
});
