import type { Row } from '../close/row.ts';
import { CUSTOM_FIELD_TYPES } from './custom-field-types.ts';

/** How a custom field is described to people. */
export interface FieldWords {
  /** The field's name; absent if it has none. */
  readonly title?: string;
  /** For example `Custom field “Tier”: one of Small, Large. What sales asked for.` */
  readonly description: string;
}

/** How many characters a column's comment can have in every target. */
export const MOST_CHARACTERS = 255;
/** How many characters all descriptions of a stream may have. `meltano invoke` hangs on a SCHEMA message of 64 KiB. */
const ROOM = 12_000;
/** A shorter description would say nothing. */
const LEAST_CHARACTERS = 60;
/** The length of a name inside a description. */
const NAME_CHARACTERS = 60;

/** How long each description may be when a stream has this number of custom fields. */
export const mostCharacters = (fields: number): number =>
  Math.max(LEAST_CHARACTERS, Math.min(MOST_CHARACTERS, Math.floor(ROOM / Math.max(1, fields))));

/** A text that users have written, on one line. */
const plain = (value: unknown): string =>
  typeof value === 'string'
    ? value
        .toWellFormed()
        .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
        .trim()
    : '';

/** Replaces quotes and backslashes. A target may put the text into SQL without escaping them. */
const harmless = (text: string): string =>
  text
    .replaceAll("'", '’')
    .replaceAll(/["“”`]/g, '”')
    .replaceAll('\\', '/');

/**
 * Shortens a text. It counts characters roughly as people see them, so no emoji is cut in two. A word of ASCII
 * characters is not cut either: half of a key would no longer be recognised as a key, and would be printed.
 */
const cut = (text: string, most: number): string => {
  const characters = [...text];
  if (characters.length <= most) return text;
  const end = Math.max(0, most - 1);
  const kept = characters.slice(0, end).join('');
  const isInWord = /^[!-~]/.test(characters[end] ?? '');
  return `${isInWord ? kept.replace(/[!-~]+$/, '') : kept}…`;
};

/** As many of the choices as there is room for. A choice that has a comma is put in quotes. */
const listed = (choices: readonly string[], most: number): string => {
  let fitting = '';
  let names = '';
  for (const [index, choice] of choices.entries()) {
    names += `${index === 0 ? '' : ', '}${choice.includes(',') ? `“${choice}”` : choice}`;
    const left = choices.length - index - 1;
    const text = left === 0 ? names : `${names} and ${left} more`;
    if ([...text].length <= most) fitting = text;
    else if ([...names].length > most) break;
  }
  return fitting === '' ? `${choices.length} choices` : fitting;
};

const kindOf = ({ type, accepts_multiple_values, choices }: Row, room: number): string => {
  const unknown = { one: cut(harmless(plain(type)), NAME_CHARACTERS), several: 'values' };
  const { one, several } = CUSTOM_FIELD_TYPES.get(type) ?? unknown;
  const isSeveral = accepts_multiple_values === true;
  const kind = isSeveral ? `a list of ${several}` : one;
  const names = Array.isArray(choices) ? choices.map((choice) => harmless(plain(choice))) : [];
  if (type !== 'choices' || names.length === 0) return kind;
  const start = isSeveral ? 'any of' : 'one of';
  return `${start} ${listed(names, room - start.length - 1)}`;
};

/**
 * Describes a custom field for people, from its definition.
 * @param most how many characters the description may have
 */
export const describeCustomField = (definition: Row, most: number): FieldWords => {
  const name = plain(definition.name);
  const start = `Custom field ${name === '' ? 'without a name' : `“${cut(harmless(name), NAME_CHARACTERS)}”`}: `;
  const kind = `${start}${kindOf(definition, most - [...start].length - 1)}.`;
  const more = harmless(plain(definition.description));
  const title = name === '' ? {} : { title: cut(name, MOST_CHARACTERS) };
  return { ...title, description: cut(more === '' ? kind : `${kind} ${more}`, most) };
};
