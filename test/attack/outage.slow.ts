import { test } from 'vitest';
import { outlast } from './outage.ts';

test('an outage of ten minutes is outlasted', async () => {
  await outlast(600_000);
});
