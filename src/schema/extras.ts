import { ruleOf } from '../secrets.ts';
import { carefulText, isPlain } from './open-data.ts';

/** A value that no column holds. */
export interface Extra {
  readonly path: string;
  readonly value: unknown;
}

/** Collected while a record is written; paths are relative to the object or array being written. */
export type Extras = Extra[];

/** Whether a value is empty. Close writes null or "" for no value. */
export const isEmpty = (value: unknown): boolean => value === null || value === undefined || value === '';

/** Puts `name` in front of the paths of the extras from index `from` on. */
export const nest = (extras: Extras, from: number, name: string): void => {
  for (const extra of extras.splice(from)) {
    extras.push({ path: extra.path === '' ? name : `${name}.${extra.path}`, value: extra.value });
  }
};

/** Adds a field that no column has to the extras, unless it is empty or secret. */
export const keepField = (extras: Extras, name: string, value: unknown): void => {
  if (isEmpty(value)) return;
  const rule = ruleOf(name, value);
  if (rule === 'secret') return;
  extras.push({ path: name, value: rule === 'address' ? JSON.parse(carefulText(value, true).text) : value });
};

/** @param onDeep called when a value is nested too deep; it is then kept as text */
const extraText = (value: unknown, onDeep: () => void): string => {
  if (typeof value !== 'object' || value === null || isPlain(value)) return JSON.stringify(value);
  const { text, isDeep } = carefulText(value);
  if (!isDeep) return text;
  onDeep();
  return JSON.stringify(text);
};

/** The text of the `_extra` column: an object keyed by path. */
export const renderExtras = (extras: Extras, onDeep: () => void): string => {
  // Not made through an object: a path may be "__proto__", which an object would lose.
  const members = extras
    .toSorted((a, b) => (a.path < b.path ? -1 : Number(a.path > b.path)))
    .map(({ path, value }) => `${JSON.stringify(path)}:${extraText(value, onDeep)}`);
  return `{${members.join(',')}}`;
};
