import { defineIdSweep } from './define-id-sweep.ts';

export const contactIds = defineIdSweep('contact_ids', 'contact', '/contact/');
