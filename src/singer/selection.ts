import { didYouMean } from '../did-you-mean.ts';
import type { ObjectSchema } from '../json/schema-types.ts';
import { automaticFields, type Replication, type StreamDescription } from './catalog.ts';
import { fieldRules } from './field-rules.ts';
import { listNames } from './list-names.ts';
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
  /** The user did not name it. It is read because it is selected by default, or because a wider pattern matches it. */
  readonly byDefault?: true;
}

/** The streams to read, and what the user should know about the catalog. */
export interface Selection {
  readonly streams: readonly SelectedStream[];
  readonly warnings: readonly string[];
  /** Mistakes in the catalog, one line each. With any of them, nothing should be read. */
  readonly problems: readonly string[];
}

/**
 * Chooses the streams and fields to read from the available ones.
 *
 * Without a catalog, every stream and field that is selected by default is read. With a catalog, a stream is read if
 * the catalog says so. The first of these that is there counts: `selected` in the root metadata, `selected` of the
 * entry, `selected` of its schema, `inclusion: automatic`, `selected-by-default`. A stream without any of them is not
 * read. There is one exception: a catalog may say `selected: false` for some streams and nothing for the others. Then
 * the streams are read that are read without a catalog, except those with `selected: false`.
 *
 * A stream that this tap does not have is a mistake, even when it is deselected: the stream that the user meant would
 * be read. A catalog that selects nothing is also a mistake. But if it says `selected: false` for every stream that
 * would be read, it is obeyed and nothing is read.
 *
 * All fields of a stream are read, except those that the catalog deselects. A field that the catalog does not mention
 * follows its default. So a short catalog written by hand (only `"selected": true`) means the whole stream. And an old
 * catalog does not silently leave out fields that Close has added since. `--discover --select` prints entries with
 * `only-listed-fields`. For such an entry, only the fields that it lists are read. Keys and replication keys are always
 * read.
 */
export const selectStreams = (
  available: readonly StreamDescription[],
  catalog: Catalog | null,
): Selection => {
  const { warnings, problems } = catalog ? findMistakes(available, catalog) : { warnings: [], problems: [] };
  const deselects = catalog !== null && onlyDeselects(available, catalog);
  const streams = available.flatMap((description) => {
    const entry = catalog?.streams.find(({ name }) => name === description.name);
    const word = entry ? wordOf(entry) : 'nothing';
    const byDefault = word === 'default' || (word === 'nothing' && (catalog === null || deselects));
    const isDefault = word === 'default' || description.selectedByDefault;
    if (word !== 'yes' && !(byDefault && isDefault)) return [];
    const selected = selectFields(description, entry);
    warnings.push(...selected.warnings);
    return [{ ...selected.stream, ...(byDefault ? { byDefault } : {}) }];
  });
  if (streams.length === 0 && problems.length === 0) {
    if (deselects) warnings.push('the catalog deselects every stream, so nothing is read');
    else problems.push(NOTHING_SELECTED);
  }
  return { streams, warnings, problems };
};

const NOTHING_SELECTED =
  'selects no stream: set "selected": true in the metadata (breadcrumb []) of the streams you want, or ' +
  'leave --catalog out to read all streams that are selected by default';

const rootMetadata = (entry: CatalogEntry) =>
  entry.metadata.find(({ breadcrumb }) => breadcrumb.length === 0)?.metadata;

/** What an entry says about its stream. `default` and `not by default` only repeat what discovery wrote. */
type Word = 'yes' | 'no' | 'default' | 'not by default' | 'nothing';

const wordOf = (entry: CatalogEntry): Word => {
  const root = rootMetadata(entry);
  if (root?.inclusion === 'unsupported') return 'not by default';
  const said = root?.selected ?? entry.selected ?? entry.schema?.selected;
  if (said !== undefined) return said ? 'yes' : 'no';
  // Meltano marks a root without metadata as automatic. A choice of the user counts more, so it is checked first.
  if (root?.inclusion === 'automatic') return 'yes';
  const byDefault = root?.['selected-by-default'];
  if (byDefault !== undefined) return byDefault ? 'default' : 'not by default';
  return 'nothing';
};

/** Whether a catalog says what not to read, and nothing else. */
const onlyDeselects = (available: readonly StreamDescription[], catalog: Catalog): boolean => {
  const known = catalog.streams.filter((entry) => available.some(({ name }) => name === entry.name));
  const words = known.map(wordOf);
  return words.includes('no') && words.every((word) => word === 'no' || word === 'nothing');
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
    // Meltano first deselects everything, even automatic fields, and then selects.
    const isMeltano = rule.inclusion === 'automatic' && rules.spelledOut;
    if (rule.selected === false && !isMeltano) {
      warnings.push(
        `catalog stream ${description.name}: ${field} is a key and is read although it is deselected; ` +
          'set its "selected" to true to stop this warning',
      );
    }
  }
  if (rules.strangers.length > 0) {
    warnings.push(
      `catalog stream ${description.name}: no such field: ${listNames(rules.strangers)}; run tap-closeio --discover ` +
        'to see which fields exist',
    );
  }
  const { keyProperties, replication } = overrides;
  const schema = pruneSchema(description.schema, automatic, rules);
  return { stream: { name: description.name, keyProperties, replication, schema, description }, warnings };
};

const findMistakes = (
  available: readonly StreamDescription[],
  catalog: Catalog,
): { readonly warnings: string[]; readonly problems: string[] } => {
  const names = available.map(({ name }) => name);
  const warnings: string[] = [];
  const problems: string[] = [];
  const seen = new Set<string>();
  const readsDefaults = onlyDeselects(available, catalog);
  for (const entry of catalog.streams) {
    const { name } = entry;
    if (seen.has(name)) {
      warnings.push(`catalog stream ${name} is listed twice; the second entry is ignored, remove one`);
    } else if (!names.includes(name)) {
      const meant = didYouMean(name, names);
      const hint = meant === null ? 'tap-closeio streams lists all streams' : `did you mean ${meant}?`;
      problems.push(`stream ${name}: this tap has no such stream; ${hint}`);
    } else if (wordOf(entry) === 'nothing' && !readsDefaults) {
      warnings.push(
        `catalog stream ${name} does not say whether it is selected, so it is not read; add "selected": true to read it`,
      );
    }
    seen.add(name);
  }
  return { warnings, problems };
};
