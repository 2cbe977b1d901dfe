import type { FieldSchema } from '../json/schema-types.ts';

/** A path of names, as patterns write it. The fields of a list's items follow the list's name. */
export type Path = readonly string[];

/** Every field of a schema, nested ones after the field that holds them. */
export const fieldPaths = (
  properties: Readonly<Record<string, FieldSchema>>,
  before: Path = [],
): readonly Path[] =>
  Object.entries(properties).flatMap(([name, field]) => {
    const path = [...before, name];
    const inside = field.properties ?? field.items?.properties;
    return [path, ...(inside ? fieldPaths(inside, path) : [])];
  });
