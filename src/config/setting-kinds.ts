import { z } from 'zod';
import { parseInstant } from '../time/rfc3339.ts';

/** What there is to know about an option; `--about` and the README are made from it. */
export interface SettingFacts {
  readonly kind: 'string' | 'date' | 'integer' | 'number' | 'boolean' | 'list';
  /** In words when it depends on something; null when there is none. */
  readonly default: string | number | boolean | null;
  readonly description: string;
  readonly secret?: boolean;
  readonly range?: readonly [lowest: number, highest: number];
}

export const facts = z.registry<SettingFacts>();

type Rule = (text: string) => string | null;

/** @param problem what is wrong with a text, or null */
export const string = (
  fallback: string | null,
  description: string,
  { problem = () => null, secret = false }: { readonly problem?: Rule; readonly secret?: boolean } = {},
) =>
  z
    .string()
    .trim()
    .superRefine((value, context) => {
      const message = problem(value);
      if (message !== null) context.addIssue(message);
    })
    .optional()
    .register(facts, { kind: 'string', default: fallback, description, ...(secret ? { secret } : {}) });

const NO_DATE = 'must be a date such as 2026-01-01 or 2026-01-01T00:00:00Z';

export const date = (fallback: string, description: string) =>
  z
    .string({ error: NO_DATE })
    .transform((value, context) => {
      const instant = parseInstant(value);
      if (instant !== null) return instant;
      context.addIssue(NO_DATE);
      return z.NEVER;
    })
    .optional()
    .register(facts, { kind: 'date', default: fallback, description });

/** Meltano, the environment and configs of old give numbers as text. */
const fromDigits = (value: unknown): unknown =>
  typeof value === 'string' && /^\s*-?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : value;

const numeric =
  (kind: 'integer' | 'number') =>
  <Fallback extends number | null>(
    fallback: Fallback,
    [lowest, highest]: readonly [number, number],
    description: string,
  ) => {
    const error = `must be a ${kind === 'integer' ? 'whole number' : 'number'} from ${lowest} to ${highest}`;
    const fits = (value: number): boolean =>
      value >= lowest && value <= highest && (kind === 'number' || Number.isInteger(value));
    return z
      .preprocess(fromDigits, z.number({ error }).refine(fits, { error }).optional())
      .transform((value) => value ?? fallback)
      .register(facts, { kind, default: fallback, description, range: [lowest, highest] });
  };

export const integer = numeric('integer');
export const number = numeric('number');

const fromWord = (value: unknown): unknown => {
  const word = typeof value === 'string' ? value.trim().toLowerCase() : value;
  return word === 'true' || word === 'false' ? word === 'true' : value;
};

export const boolean = (fallback: boolean, description: string) =>
  z
    .preprocess(fromWord, z.boolean({ error: 'must be true or false' }).optional())
    .transform((value) => value ?? fallback)
    .register(facts, { kind: 'boolean', default: fallback, description });

/** A list of texts, or one text with commas. Empty is as good as absent. */
export const list = (description: string) =>
  z
    .union([z.string().transform((text) => [text]), z.array(z.string())], {
      error: 'must be a string or a list of strings',
    })
    .optional()
    .transform((texts = []): readonly string[] | null => {
      const said = texts.filter((text) => /[^\s,]/.test(text));
      return said.length > 0 ? said : null;
    })
    .register(facts, { kind: 'list', default: null, description });
