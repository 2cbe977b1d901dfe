import { describe, expect, test } from 'vitest';
import { describeCustomField, MOST_CHARACTERS, mostCharacters } from '../../src/tap/describe-custom-field.ts';

const of = (definition: object, most = MOST_CHARACTERS) =>
  describeCustomField({ id: 'cf_1', ...definition }, most);

describe('a custom field is described by', () => {
  test.each([
    [{ name: 'Score', type: 'number' }, 'Custom field “Score”: a number.'],
    [
      { name: 'Scores', type: 'number', accepts_multiple_values: true },
      'Custom field “Scores”: a list of numbers.',
    ],
    [{ name: 'Owner', type: 'user' }, 'Custom field “Owner”: a user. References users.id.'],
    [
      { name: 'Tier', type: 'choices', choices: ['Small', 'Large', 'with, comma'] },
      'Custom field “Tier”: one of Small, Large, “with, comma”.',
    ],
    [
      { name: 'Tags', type: 'choices', choices: ['a', 'b'], accepts_multiple_values: true },
      'Custom field “Tags”: any of a, b.',
    ],
    [
      { name: 'Renewal', type: 'date', description: ' Ask sales\nfirst ' },
      'Custom field “Renewal”: a date. Ask sales first',
    ],
    [{ name: 'Odd', type: 'hologram' }, 'Custom field “Odd”: hologram.'],
  ])('its name, type, choices and description: %j', (definition, description) => {
    expect(of(definition)).toEqual({ title: definition.name, description });
  });

  test('only what its definition has', () => {
    const withoutId = { description: 'Custom field without a name: a number.' };

    expect(of({ type: 'number' })).toEqual(withoutId);
    expect(of({ type: 'number', name: null, choices: 'none', description: 7 })).toEqual(withoutId);
    expect(of({ type: 'number', name: ' \n ' })).toEqual(withoutId);
    expect(of({ type: { odd: true } }).description).toBe('Custom field without a name: .');
  });

  test('a name of any length, on one line and without quotes and backslashes', () => {
    expect(of({ name: '🎉🎉', type: 'text' }).title).toBe('🎉🎉');
    expect(of({ name: `It's "so"\\\u0000\u2028so`, type: 'text' })).toEqual({
      title: `It's "so"\\ so`,
      description: 'Custom field “It’s ”so”/ so”: text.',
    });
    const long = of({ name: '🎉'.repeat(300), type: 'text' });
    expect([...(long.title ?? '')]).toHaveLength(MOST_CHARACTERS);
    expect(long.description).toBe(`Custom field “${'🎉'.repeat(59)}…”: text.`);
    expect(long.title?.isWellFormed()).toBe(true);
  });

  test('as many of its choices as there is room for', () => {
    const choices = Array.from({ length: 500 }, (_, n) => `choice ${n}`);

    const { description } = of({ name: 'Many', type: 'choices', choices }, 100);

    expect(description).toBe(
      'Custom field “Many”: one of choice 0, choice 1, choice 2, choice 3, choice 4, choice 5 and 494 more.',
    );
    expect(of({ name: 'One', type: 'choices', choices: ['x'.repeat(999)] }).description).toBe(
      'Custom field “One”: one of 1 choices.',
    );
  });
});

test('a word is not cut in two, because half of a key would not be recognised as a key', () => {
  const key = 'api_5gtFTBJ7TXNGTy2cXqhMpH.3qDzfSTzqYz9';

  const { title, description } = of({ name: `${'a '.repeat(120)}${key}`, type: key }, 80);

  expect(title).toBe(`${'a '.repeat(120)}…`);
  expect(description).not.toContain('api_');
});

test('the descriptions of many fields are shorter, so that Meltano can read the SCHEMA message', () => {
  expect(mostCharacters(0)).toBe(MOST_CHARACTERS);
  expect(mostCharacters(10)).toBe(MOST_CHARACTERS);
  expect(mostCharacters(100)).toBe(120);
  expect(mostCharacters(10_000)).toBe(60);
  expect(
    [...of({ name: 'ü'.repeat(300), type: 'user', description: 'ÿ'.repeat(300) }, 60).description].length,
  ).toBe(60);
});
