import type { FieldSchema, ObjectSchema } from '../json/schema-types.ts';
import type { FieldRules } from './field-rules.ts';

/** A stream's schema without the fields that are not selected. The automatic fields always stay whole. */
export const pruneSchema = (
  schema: ObjectSchema,
  automatic: ReadonlySet<string>,
  rules: FieldRules,
): ObjectSchema => {
  const properties = Object.entries(schema.properties).flatMap(([name, field]) => {
    const kept = automatic.has(name) ? field : pruneField([name], field, true, rules);
    return kept ? [[name, kept] as const] : [];
  });
  return { ...schema, properties: Object.fromEntries(properties) };
};

/** Decides in this order: unsupported, automatic, the parent, what was chosen, the default, the parent's. */
const pruneField = (
  path: readonly string[],
  field: FieldSchema,
  parent: boolean,
  rules: FieldRules,
): FieldSchema | null => {
  const rule = rules.of(path);
  if (rule.inclusion === 'unsupported') return null;
  const selected =
    rule.inclusion === 'automatic' || (parent && (rule.selected ?? rule.selectedByDefault ?? true));
  if (field.items) {
    const items = pruneInside([...path, 'items'], field.items, selected, rules);
    return items && { ...field, items };
  }
  return pruneInside(path, field, selected, rules);
};

/** The field with what is left inside it. Null when nothing is left, as targets fail on an object without fields. */
const pruneInside = (
  path: readonly string[],
  field: FieldSchema,
  selected: boolean,
  rules: FieldRules,
): FieldSchema | null => {
  if (!field.properties) return selected ? field : null;
  const properties = Object.entries(field.properties).flatMap(([name, child]) => {
    const kept = pruneField([...path, name], child, selected, rules);
    return kept ? [[name, kept] as const] : [];
  });
  return properties.length > 0 ? { ...field, properties: Object.fromEntries(properties) } : null;
};
