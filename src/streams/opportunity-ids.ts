import { defineIdSweep } from './define-id-sweep.ts';
import { opportunities } from './opportunities.ts';

export const opportunityIds = defineIdSweep({
  name: 'opportunity_ids',
  objectType: 'opportunity',
  list: '/opportunity/',
  listWalk: opportunities.walk,
});
