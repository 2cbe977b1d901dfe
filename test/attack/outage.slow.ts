import { test } from 'vitest';
import { outlast } from './outage.ts';

test('a run continues after an outage of ten minutes', async () => {
  await outlast(600_000);
});
