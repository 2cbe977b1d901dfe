import { didYouMean } from '../did-you-mean.ts';
import type { FieldSchema } from '../json/schema-types.ts';
import { automaticFields, type StreamDescription } from './catalog.ts';
import { fieldPaths, type Path } from './field-paths.ts';
import type { Catalog, CatalogEntry, CatalogMetadata } from './parse-catalog.ts';

/** One pattern such as `leads.*`, `contacts.name` or `!*.body_html`, in the notation of Meltano's `select`. */
export interface SelectPattern {
  /** As it was written, for messages. */
  readonly text: string;
  readonly excludes: boolean;
  /** The parts as they were written, without `!`. */
  readonly streamText: string;
  readonly fieldText: string | null;
  readonly stream: RegExp;
  /** Null when the pattern is only the name of a stream. */
  readonly field: RegExp | null;
}

/** The catalog that patterns stand for, and what is wrong with them. */
export interface PatternSelection {
  readonly catalog: Catalog;
  /** One line for each pattern that matches nothing. */
  readonly problems: readonly string[];
}

const globOf = (text: string): RegExp =>
  new RegExp(`^${text.replace(/[\\^$.|?+()[\]{}]/g, '\\$&').replaceAll('*', '.*')}$`);

/** Reads patterns; one text may hold several, with commas between them. */
export const parsePatterns = (texts: readonly string[]): SelectPattern[] =>
  texts
    .flatMap((text) => text.split(','))
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .map((text) => {
      const excludes = text.startsWith('!');
      const named = excludes ? text.slice(1).trim() : text;
      const dot = named.indexOf('.');
      const streamText = dot < 0 ? named : named.slice(0, dot);
      const fieldText = dot < 0 ? null : named.slice(dot + 1);
      return {
        text,
        excludes,
        streamText,
        fieldText,
        stream: globOf(streamText),
        field: fieldText === null ? null : globOf(fieldText),
      };
    });

/** Whether a pattern names a field, by the field's own path or by the path of a field that holds it. */
const names = (pattern: SelectPattern, path: Path): boolean => {
  const { field } = pattern;
  if (field === null) return true;
  return path.some((_, index) => field.test(path.slice(0, index + 1).join('.')));
};

/** The breadcrumb of a path. `contacts.name` is inside the items of the list `contacts`; the breadcrumb shows this. */
const breadcrumbOf = (properties: Readonly<Record<string, FieldSchema>>, path: Path): string[] => {
  const [name, ...rest] = path;
  if (name === undefined) return [];
  const field = properties[name];
  const inside = field?.properties ?? field?.items?.properties ?? {};
  const between = rest.length > 0 && field?.items ? ['items'] : [];
  return ['properties', name, ...between, ...breadcrumbOf(inside, rest)];
};

const isInside = (path: Path, holder: Path): boolean =>
  path.length > holder.length && holder.every((name, index) => path[index] === name);

const chosen = (selected: boolean | undefined): CatalogMetadata => ({
  inclusion: undefined,
  selected,
  'selected-by-default': undefined,
  'table-key-properties': undefined,
  'replication-key': undefined,
  'replication-method': undefined,
  'forced-replication-method': undefined,
  'only-listed-fields': undefined,
});

/**
 * The catalog that patterns stand for. A pattern without `!` adds what it names, and then only what is named is read.
 * If all patterns have `!`, they take away from what is read without patterns. The order of the patterns does not
 * matter: everything that a pattern with `!` names is left out. Keys and replication keys are always read, as with any
 * catalog.
 * @param mayHaveMore whether a stream may have columns that the pattern names and that are not known yet
 */
export const selectByPatterns = (
  available: readonly StreamDescription[],
  patterns: readonly SelectPattern[],
  mayHaveMore: (stream: string, pattern: SelectPattern) => boolean = () => false,
): PatternSelection => {
  const additions = patterns.filter(({ excludes }) => !excludes);
  const exclusions = patterns.filter(({ excludes }) => excludes);
  const matched = new Set<SelectPattern>();

  const entryOf = (description: StreamDescription): CatalogEntry | null => {
    const { name, schema } = description;
    const ofStream = (pattern: SelectPattern): boolean => pattern.stream.test(name);
    const paths = fieldPaths(schema.properties);
    const matches = (pattern: SelectPattern): boolean => {
      const { field } = pattern;
      if (field === null || paths.some((path) => field.test(path.join('.')))) return true;
      return mayHaveMore(name, pattern);
    };
    const adding = additions.filter(ofStream).filter(matches);
    const removing = exclusions.filter(ofStream).filter(matches);
    for (const pattern of [...adding, ...removing]) matched.add(pattern);
    const automatic = automaticFields(description);
    const isWanted = (path: Path): boolean => {
      const [top = ''] = path;
      if (automatic.has(top)) return true;
      const byDefault = description.fields?.[top]?.selectedByDefault ?? true;
      const added = additions.length === 0 ? byDefault : adding.some((pattern) => names(pattern, path));
      return added && !removing.some((pattern) => names(pattern, path));
    };
    const isAdded = additions.length === 0 ? description.selectedByDefault : adding.length > 0;
    if (!isAdded || removing.some(({ field }) => field === null)) return null;
    // Whether the user named exactly this stream.
    const isNamed = adding.some(({ streamText }) => streamText === name);
    return {
      name,
      selected: undefined,
      key_properties: undefined,
      replication_key: undefined,
      replication_method: undefined,
      schema: undefined,
      metadata: [
        {
          breadcrumb: [],
          metadata: isNamed ? chosen(true) : { ...chosen(undefined), 'selected-by-default': true },
        },
        ...paths.map((path) => ({
          breadcrumb: breadcrumbOf(schema.properties, path),
          metadata: chosen(isWanted(path) || paths.some((inner) => isInside(inner, path) && isWanted(inner))),
        })),
      ],
    };
  };

  const streams = available.flatMap((description) => entryOf(description) ?? []);
  const unmatched = patterns.filter((pattern) => !matched.has(pattern));
  const problems = unmatched.map((pattern) => problemOf(pattern, available));
  const leavesNothing = streams.length === 0 && problems.length === 0;
  return { catalog: { streams }, problems: leavesNothing ? [NOTHING_LEFT] : problems };
};

const NOTHING_LEFT = 'select: the patterns leave no stream to read; remove a pattern that begins with !';

/** What is wrong with a pattern that matches nothing, and what the user probably meant. */
const problemOf = (
  { text, excludes, stream, streamText, fieldText }: SelectPattern,
  available: readonly StreamDescription[],
): string => {
  const streams = available.filter(({ name }) => stream.test(name));
  const sign = excludes ? '!' : '';
  if (streams.length === 0) {
    const meant = didYouMean(
      streamText,
      available.map(({ name }) => name),
    );
    const rest = fieldText === null ? '' : `.${fieldText}`;
    const hint =
      meant === null ? '; tap-closeio streams lists them' : `; did you mean ${sign}${meant}${rest}?`;
    return `select: ${text}: no such stream${hint}`;
  }
  const fields = streams.flatMap(({ schema }) => fieldPaths(schema.properties).map((path) => path.join('.')));
  const meant = didYouMean(fieldText ?? '', fields);
  const [first] = streams;
  const hint =
    meant === null
      ? `; tap-closeio fields ${first?.name} lists them`
      : `; did you mean ${sign}${streamText}.${meant}?`;
  return `select: ${text}: no such field${hint}`;
};
