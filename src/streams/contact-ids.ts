import { defineIdSweep } from './define-id-sweep.ts';

export const contactIds = defineIdSweep({ name: 'contact_ids', objectType: 'contact', list: '/contact/' });
