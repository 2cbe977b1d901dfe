import { expect, test } from 'vitest';
import { didYouMean } from '../src/did-you-mean.ts';

const NAMES = ['check', 'run', 'state', 'start_date', 'leads', 'lead_ids'];

test.each([
  ['chekc', 'check'],
  ['Check', 'check'],
  ['satte', 'state'],
  ['startDate', 'start_date'],
  ['start-dat', 'start_date'],
  ['lead', 'leads'],
  ['lead_id', 'lead_ids'],
])('%s is probably %s', (text, name) => {
  expect(didYouMean(text, NAMES)).toBe(name);
});

test.each(['discover', 'xyz', ''])('"%s" is not similar to any of them', (text) => {
  expect(didYouMean(text, NAMES)).toBeNull();
});
