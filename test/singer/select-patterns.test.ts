import { describe, expect, test } from 'vitest';
import type { FieldSchema } from '../../src/json/schema-types.ts';
import { parsePatterns, selectByPatterns } from '../../src/singer/select-patterns.ts';
import { selectStreams } from '../../src/singer/selection.ts';
import { people, roles } from './example-streams.ts';

const available = [people, roles];

type Properties = Readonly<Record<string, FieldSchema>>;

const pathsOf = (properties: Properties): string[] =>
  Object.entries(properties).flatMap(([name, field]) => {
    const inside = field.properties ?? field.items?.properties;
    return inside ? pathsOf(inside).map((path) => `${name}.${path}`) : [name];
  });

/** The innermost fields of each stream that are read with these patterns. */
const read = (...patterns: string[]): Record<string, string[]> => {
  const { catalog, problems } = selectByPatterns(available, parsePatterns(patterns));
  expect(problems).toEqual([]);
  const { streams, warnings } = selectStreams(available, catalog);
  expect(warnings).toEqual([]);
  return Object.fromEntries(streams.map(({ name, schema }) => [name, pathsOf(schema.properties)]));
};

const problemsOf = (...patterns: string[]): readonly string[] =>
  selectByPatterns(available, parsePatterns(patterns)).problems;

const ALL = [
  'id',
  'name',
  'date_updated',
  'address.city',
  'address.street',
  'phones.number',
  'phones.kind',
  'custom_cf_1',
  'costly',
];

describe('patterns', () => {
  test.each(['people', 'people.*', 'peo*'])('%s means the whole stream', (pattern) => {
    expect(read(pattern)).toEqual({ people: ALL });
  });

  test('that name fields select these and the keys, and nothing else', () => {
    expect(read('people.name')).toEqual({ people: ['id', 'name', 'date_updated'] });
  });

  test('may name a field inside an object or a list, or the whole of it', () => {
    expect(read('people.address.city', 'people.phones')).toEqual({
      people: ['id', 'date_updated', 'address.city', 'phones.number', 'phones.kind'],
    });
  });

  test('with ! alone leave out a part of what is read without patterns', () => {
    expect(read('!people.address')).toEqual({
      people: ['id', 'name', 'date_updated', 'phones.number', 'phones.kind', 'custom_cf_1'],
    });
  });

  test('with ! can leave out a whole stream', () => {
    expect(read('people', 'roles', '!people')).toEqual({ roles: ['id', 'name'] });
  });

  test('with ! win, at any place', () => {
    expect(read('!*.name', '*.*')).toEqual({
      people: ALL.filter((path) => path !== 'name'),
      roles: ['id'],
    });
  });

  test('may be in one text, with commas', () => {
    expect(read(' people.name , roles,')).toEqual({
      people: ['id', 'name', 'date_updated'],
      roles: ['id', 'name'],
    });
  });

  test('choose fields by the beginning of their names, in each stream that has them', () => {
    expect(read('*.custom_*')).toEqual({ people: ['id', 'date_updated', 'custom_cf_1'] });
  });

  test.each([
    ['people', true],
    ['people.name', true],
    ['*', false],
    ['p*.name', false],
    ['!roles', false],
  ])('%s names people: %j', (pattern, isNamed) => {
    const { catalog } = selectByPatterns(available, parsePatterns([pattern]));

    const [first] = selectStreams(available, catalog).streams;

    expect([first?.name, first?.byDefault]).toEqual(['people', isNamed ? undefined : true]);
  });

  test('that leave no stream are a mistake', () => {
    expect(problemsOf('people', '!*')).toEqual([expect.stringMatching(/leave no stream to read/)]);
  });

  test('take every character literally except *', () => {
    expect(problemsOf('peopl.', 'p.ople')).toHaveLength(2);
  });
});

describe('a pattern that matches nothing gives a message with what was probably meant:', () => {
  test.each([
    ['poeple', 'select: poeple: no such stream; did you mean people?'],
    ['!poeple.name', 'select: !poeple.name: no such stream; did you mean !people.name?'],
    ['people.nmae', 'select: people.nmae: no such field; did you mean people.name?'],
    [
      'people.phones.nubmer',
      'select: people.phones.nubmer: no such field; did you mean people.phones.number?',
    ],
    ['zzz', 'select: zzz: no such stream; tap-closeio streams lists them'],
    ['people.zzzzzzzzz', 'select: people.zzzzzzzzz: no such field; tap-closeio fields people lists them'],
  ])('%s', (pattern, problem) => {
    expect(problemsOf(pattern)).toEqual([problem]);
  });
});
