import type { ObjectSchema } from '../json/schema-types.ts';
import { automaticFields, type Replication, type StreamDescription } from './catalog.ts';
import { fieldRules } from './field-rules.ts';
import { applyOverrides } from './overrides.ts';
import type { Catalog, CatalogEntry } from './parse-catalog.ts';
import { pruneSchema } from './prune-schema.ts';

/** A stream that this run reads, as its SCHEMA message will announce it. */
export interface SelectedStream {
  readonly name: string;
  readonly keyProperties: readonly string[];
  readonly replication: Replication;
  /** Only the fields selected. */
  readonly schema: ObjectSchema;
  readonly description: StreamDescription;
}

/** The streams to read, and what about the catalog the user ought to know. */
export interface Selection {
  readonly streams: readonly SelectedStream[];
  readonly warnings: readonly string[];
}

/**
 * What to read, of what there is.
 *
 * Without a catalog: every stream and field that is selected by default. With one, a stream is read if the catalog
 * says so: root metadata `selected`, else the entry's, else its schema's, else `inclusion: automatic`, else
 * `selected-by-default`; a stream of which nothing is said is not read. Of its fields, everything is read that the
 * catalog does not deselect: a field that the catalog does not mention is treated as by default, so that a short
 * catalog written by hand (`"selected": true` and no more) means the whole stream and an old catalog does not
 * silently hold back fields that Close has added since. Keys and replication keys are always read.
 */
export const selectStreams = (
  available: readonly StreamDescription[],
  catalog: Catalog | null,
): Selection => {
  const warnings: string[] = catalog ? describeStrangers(available, catalog) : [];
  const streams = available.flatMap((description) => {
    const entry = catalog?.streams.find(({ name }) => name === description.name);
    const wanted = catalog ? entry !== undefined && isSelected(entry) : description.selectedByDefault;
    if (!wanted) return [];
    const selected = selectFields(description, entry);
    warnings.push(...selected.warnings);
    return [selected.stream];
  });
  if (streams.length === 0) {
    warnings.push(
      'no stream is selected, so nothing will be read: set "selected": true in the metadata (breadcrumb []) of the ' +
        'streams you want in the catalog, or leave --catalog out to read all streams that are selected by default',
    );
  }
  return { streams, warnings };
};

const rootMetadata = (entry: CatalogEntry) =>
  entry.metadata.find(({ breadcrumb }) => breadcrumb.length === 0)?.metadata;

const isSelected = (entry: CatalogEntry): boolean => {
  const root = rootMetadata(entry);
  if (root?.inclusion === 'unsupported') return false;
  return (
    root?.selected ??
    entry.selected ??
    entry.schema?.selected ??
    // Meltano marks a root automatic that had no metadata; that does not outweigh a word from the user.
    (root?.inclusion === 'automatic' ? true : undefined) ??
    root?.['selected-by-default'] ??
    false
  );
};

const selectFields = (
  description: StreamDescription,
  entry: CatalogEntry | undefined,
): { stream: SelectedStream; warnings: readonly string[] } => {
  const overrides = applyOverrides(description, entry, entry && rootMetadata(entry));
  const automatic = new Set([...automaticFields(description), ...overrides.keyProperties]);
  const rules = fieldRules(description, entry);
  const warnings = [...overrides.warnings];
  for (const field of automatic) {
    const rule = rules.of([field]);
    // Meltano deselects all before it selects, automatic fields too.
    const isMeltano = rule.inclusion === 'automatic' && rules.spelledOut;
    if (rule.selected === false && !isMeltano) {
      warnings.push(
        `catalog stream ${description.name}: ${field} is a key and is read although it is deselected; ` +
          'set its "selected" to true to be rid of this warning',
      );
    }
  }
  if (rules.strangers.length > 0) {
    warnings.push(
      `catalog stream ${description.name}: no such field: ${listed(rules.strangers)}; run tap-closeio --discover ` +
        'for the fields there are',
    );
  }
  const { keyProperties, replication } = overrides;
  const schema = pruneSchema(description.schema, automatic, rules);
  return { stream: { name: description.name, keyProperties, replication, schema, description }, warnings };
};

const describeStrangers = (available: readonly StreamDescription[], catalog: Catalog): string[] => {
  const known = new Set(available.map(({ name }) => name));
  const seen = new Set<string>();
  return catalog.streams.flatMap((entry) => {
    const { name } = entry;
    const twice = seen.has(name);
    seen.add(name);
    if (twice) return [`catalog stream ${name} is listed twice; the second entry is ignored, remove one`];
    if (!known.has(name)) {
      return [
        `catalog stream ${name}: this tap has no such stream, it is ignored; run tap-closeio --discover for the ` +
          'streams there are',
      ];
    }
    if (entry.schema === undefined && entry.metadata.length === 0 && entry.selected === undefined) {
      return [`catalog stream ${name} says nothing, so it is not read; add "selected": true to read it`];
    }
    return [];
  });
};

const listed = (names: readonly string[]): string =>
  names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ');
