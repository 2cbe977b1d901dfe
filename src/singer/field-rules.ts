import type { FieldSchema } from '../json/schema-types.ts';
import type { StreamDescription } from './catalog.ts';
import type { CatalogEntry, CatalogSchema } from './parse-catalog.ts';

/** What a catalog says about one field; undefined where it says nothing. */
export interface FieldRule {
  readonly inclusion: string | undefined;
  readonly selected: boolean | undefined;
  readonly selectedByDefault: boolean | undefined;
}

export interface FieldRules {
  /** @param path names only, `items` for the fields of a list: `contacts, items, name` */
  of(path: readonly string[]): FieldRule;
  /** Whether the metadata of every field has `selected`. Meltano writes catalogs like this; people do not. */
  readonly spelledOut: boolean;
  /** Fields that the catalog selects or deselects although the stream does not have them. */
  readonly strangers: readonly string[];
}

/** The rules for a stream's fields: first from the metadata, then from the marks that old taps put in the schema. */
export const fieldRules = (description: StreamDescription, entry: CatalogEntry | undefined): FieldRules => {
  const metadata = new Map(
    entry?.metadata.map((item) => [namesOf(item.breadcrumb).join('\n'), item.metadata] as const),
  );
  const onlyListed = metadata.get('')?.['only-listed-fields'] === true;
  return {
    of: (path) => {
      const said = metadata.get(path.join('\n'));
      const legacy = entry?.schema && nodeAt<CatalogSchema>(entry.schema, path);
      const own = path.length === 1 ? description.fields?.[path[0] ?? '']?.selectedByDefault : undefined;
      return {
        inclusion: said?.inclusion ?? legacy?.inclusion,
        selected: said?.selected ?? legacy?.selected ?? (onlyListed ? legacy !== undefined : undefined),
        // Some version of this tap wrote the default in the catalog. It is not a wish of the user.
        selectedByDefault: own ?? said?.['selected-by-default'],
      };
    },
    spelledOut: (entry?.metadata ?? []).every(
      ({ breadcrumb, metadata: { selected } }) => breadcrumb.length === 0 || selected !== undefined,
    ),
    strangers: (entry?.metadata ?? [])
      .filter(({ breadcrumb, metadata: { selected } }) => breadcrumb.length > 0 && selected !== undefined)
      .map(({ breadcrumb }) => namesOf(breadcrumb))
      .filter((path) => nodeAt<FieldSchema>(description.schema, path) === undefined)
      .map((path) => path.join('.')),
  };
};

/** `properties, contacts, items, properties, name` → `contacts, items, name` */
const namesOf = (breadcrumb: readonly string[]): readonly string[] => {
  const path: string[] = [];
  for (let at = 0; at < breadcrumb.length; at += 1) {
    // Only the first of a pair is the keyword; a field itself may be called "properties".
    if (breadcrumb[at] === 'properties') at += 1;
    const name = breadcrumb[at];
    if (name !== undefined) path.push(name);
  }
  return path;
};

interface Node<Self> {
  readonly properties?: Readonly<Record<string, Self>> | undefined;
  readonly items?: Self | undefined;
}

const nodeAt = <Self extends Node<Self>>(root: Node<Self>, path: readonly string[]): Self | undefined => {
  const [name, ...rest] = path;
  if (name === undefined) return undefined;
  const { properties, items } = root;
  const node =
    properties && Object.hasOwn(properties, name) ? properties[name] : name === 'items' ? items : undefined;
  return node === undefined || rest.length === 0 ? node : nodeAt(node, rest);
};
