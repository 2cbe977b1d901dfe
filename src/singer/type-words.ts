import { type FieldSchema, nullable } from '../json/schema-types.ts';

const WORDS: ReadonlyMap<string, FieldSchema> = new Map([
  ['text', nullable('string')],
  ['number', nullable('number')],
  ['integer', nullable('integer')],
  ['boolean', nullable('boolean')],
  ['date', nullable('string', 'date')],
  ['moment', nullable('string', 'date-time')],
]);
const LIST = 's';

/** The type of a column as one word: `number`, or `numbers` for a list of them. */
export const typeWord = ({ type: [type], format, items }: FieldSchema): string => {
  if (type === 'array') return `${items === undefined ? 'text' : typeWord(items)}${LIST}`;
  if (format !== undefined) return format === 'date' ? 'date' : 'moment';
  return type === 'string' ? 'text' : type;
};

/** The type that a word stands for; null when the text is no such word. */
export const typeOfWord = (word: string): FieldSchema | null => {
  const items = word.endsWith(LIST) ? WORDS.get(word.slice(0, -LIST.length)) : undefined;
  return WORDS.get(word) ?? (items === undefined ? null : { type: ['array', 'null'], items });
};
