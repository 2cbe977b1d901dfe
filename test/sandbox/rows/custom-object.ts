import { zoned } from '../moments.ts';
import { createRandom } from '../random.ts';
import { collectionOf, idOrNull, type Store, userAt } from '../store.ts';
import type { Row } from '../table.ts';
import { phrase } from '../words.ts';
import { customValues } from './custom-values.ts';

export function customObjectRow(store: Store, ordinal: number): Row {
  const { custom_object, lead } = store.tables;
  const random = createRandom(store.seed ^ 0xc0b1, ordinal);
  const [user] = userAt(store, random.int(store.sizes.users));
  return {
    id: custom_object.id(ordinal),
    name: phrase(random),
    custom_object_type_id: random.pick(collectionOf(store, 'custom_object_type').initial).id,
    lead_id: idOrNull(lead, custom_object.lead[ordinal] ?? -1),
    organization_id: store.id,
    created_by: user,
    updated_by: user,
    date_created: zoned(custom_object.created[ordinal] ?? 0),
    date_updated: zoned(custom_object.updated[ordinal] ?? 0),
    ...customValues(store, random, 'custom_object_type').byId,
  };
}
