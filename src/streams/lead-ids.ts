import { defineIdSweep } from './define-id-sweep.ts';

export const leadIds = defineIdSweep({ name: 'lead_ids', objectType: 'lead', list: '/lead/' });
