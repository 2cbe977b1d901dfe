import type { StreamDescription } from '../../src/singer/catalog.ts';

const text = { type: ['string', 'null'] } as const;

/** Two streams with every case of selection. */
export const people: StreamDescription = {
  name: 'people',
  keyProperties: ['id'],
  replication: { method: 'INCREMENTAL', key: 'date_updated' },
  selectedByDefault: true,
  schema: {
    type: 'object',
    properties: {
      id: { type: ['string'] },
      name: text,
      date_updated: { type: ['string', 'null'], format: 'date-time' },
      address: { type: ['object', 'null'], properties: { city: text, street: text } },
      phones: {
        type: ['array', 'null'],
        items: { type: ['object', 'null'], properties: { number: text, kind: text } },
      },
      custom_cf_1: { ...text, title: 'Shoe size' },
      costly: text,
    },
  },
  fields: { costly: { selectedByDefault: false } },
};

export const roles: StreamDescription = {
  name: 'roles',
  keyProperties: ['id'],
  replication: { method: 'FULL_TABLE' },
  selectedByDefault: false,
  note: 'costs one request per role',
  schema: { type: 'object', properties: { id: { type: ['string'] }, name: text } },
};
