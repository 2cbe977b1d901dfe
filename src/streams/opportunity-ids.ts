import { defineIdSweep } from './define-id-sweep.ts';

export const opportunityIds = defineIdSweep('opportunity_ids', 'opportunity', '/opportunity/');
