import { dateOnly, zoned } from '../moments.ts';
import type { Random } from '../random.ts';
import { collectionOf, type Store, userAt } from '../store.ts';
import type { Row } from '../table.ts';
import { phrase } from '../words.ts';

export interface CustomValues {
  readonly byId: Row;
  readonly byName: Row;
}

/** The custom fields of an object that have a value, shared ones too. An empty field has no key. */
export function customValues(store: Store, random: Random, objectType: string): CustomValues {
  const byId: Row = {};
  const byName: Row = {};
  const fields = collectionOf(store, 'custom_field');
  for (const field of fields.initial) {
    const serves =
      field.$of === objectType ||
      (field.is_shared === true && (field.associations as Row[]).some((a) => a.object_type === objectType));
    if (!serves || !random.chance(0.35)) continue;
    const value =
      field.accepts_multiple_values === true
        ? Array.from({ length: 1 + random.int(3) }, () => single(store, random, field))
        : single(store, random, field);
    const today = fields.get(String(field.id));
    if (today === undefined) continue;
    byId[`custom.${field.id}`] = value;
    byName[String(today.name)] = value;
  }
  return { byId, byName };
}

function single(store: Store, random: Random, field: Row): unknown {
  switch (field.type) {
    case 'number':
      return random.pick([0, -1, 42, 1e21, 0.1, random.int(100_000) / 100]);
    case 'date':
      return dateOnly(store.started - random.int(900) * 86_400_000_000);
    case 'datetime':
      return zoned(store.started - random.int(900) * 86_400_000_000 + random.int(1000));
    case 'choices':
      return random.pick(field.choices as string[]);
    case 'user':
      return userAt(store, random.int(store.sizes.users))[0];
    case 'contact':
      return store.tables.contact.id(random.int(Math.max(1, store.sizes.contacts)));
    case 'custom_object':
      return store.tables.custom_object.id(random.int(Math.max(1, store.sizes.customObjects)));
    default:
      return random.pick([phrase(random), '12345', phrase(random)]);
  }
}
