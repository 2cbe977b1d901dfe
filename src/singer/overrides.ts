import { type Replication, replicationKeyOf, type StreamDescription } from './catalog.ts';
import type { CatalogEntry, CatalogMetadata } from './parse-catalog.ts';

interface Overrides {
  readonly keyProperties: readonly string[];
  readonly replication: Replication;
  readonly warnings: readonly string[];
}

/**
 * What a catalog may change about a stream, apart from its fields. Discovery writes each value twice (entry and
 * metadata), but a person edits only one of them. So the first value that differs from ours counts.
 */
export const applyOverrides = (
  description: StreamDescription,
  entry: CatalogEntry | undefined,
  root: CatalogMetadata | undefined,
): Overrides => {
  const warnings: string[] = [];
  const ignore = (what: string, instead: string): void => {
    warnings.push(`catalog stream ${description.name}: ${what}; it is ignored, ${instead}`);
  };
  return {
    keyProperties: keyProperties(
      description,
      [entry?.key_properties, root?.['table-key-properties']],
      ignore,
    ),
    replication: replication(
      description,
      [entry?.replication_method, root?.['replication-method'], root?.['forced-replication-method']],
      [entry?.replication_key, root?.['replication-key']],
      ignore,
    ),
    warnings,
  };
};

type Ignore = (what: string, instead: string) => void;

const keyProperties = (
  { keyProperties: ours, schema }: StreamDescription,
  candidates: readonly (readonly string[] | undefined)[],
  ignore: Ignore,
): readonly string[] => {
  const same = (keys: readonly string[]) =>
    keys.length === ours.length && keys.every((key) => ours.includes(key));
  const wanted = candidates.find((keys) => keys !== undefined && keys.length > 0 && !same(keys));
  if (!wanted) return ours;
  const missing = wanted.filter((key) => !Object.hasOwn(schema.properties, key));
  if (missing.length === 0) return wanted;
  ignore(`key property ${missing.join(', ')} is not a field`, `the key is ${ours.join(', ')}`);
  return ours;
};

const replication = (
  { replication: ours }: StreamDescription,
  methods: readonly (string | undefined)[],
  keys: readonly (string | undefined)[],
  ignore: Ignore,
): Replication => {
  const key = replicationKeyOf(ours);
  const method = methods.find((text) => text !== undefined && text.toUpperCase() !== ours.method);
  if (method?.toUpperCase() === 'FULL_TABLE') return { method: 'FULL_TABLE' };
  if (method !== undefined) {
    ignore(`replication method ${method} is not possible`, `the method is ${ours.method}`);
  }
  const wantedKey = keys.find((text) => text !== undefined && text !== '' && text !== key);
  if (wantedKey !== undefined) {
    ignore(
      `replication key ${wantedKey} is not possible`,
      key === null ? 'the stream has none' : `the key is ${key}`,
    );
  }
  return ours;
};
