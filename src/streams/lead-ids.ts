import { defineIdSweep } from './define-id-sweep.ts';

export const leadIds = defineIdSweep('lead_ids', 'lead', '/lead/');
