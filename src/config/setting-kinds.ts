import { z } from 'zod';
import { parseInstant } from '../time/rfc3339.ts';

/** The description of a setting. `--about` and the table in `src/config/README.md` are made from it. */
export interface SettingFacts {
  readonly kind: 'string' | 'date' | 'integer' | 'number' | 'boolean' | 'list';
  /** The default. It is a description if it depends on something; null if there is none. */
  readonly default: string | number | boolean | null;
  readonly description: string;
  readonly secret?: boolean;
  readonly range?: readonly [lowest: number, highest: number];
}

export const facts = z.registry<SettingFacts>();

interface TextFacts {
  /** Says what is wrong with a text; null if nothing is. */
  readonly problem: (text: string) => string | null;
  readonly secret?: true;
  /** A description of the default, if it depends on the run. */
  readonly computed?: string;
}

/** A setting that is text. An empty text counts as absent, unless `problem` refuses it. */
export const string = <Fallback extends string | null>(
  fallback: Fallback,
  description: string,
  { problem, secret, computed }: TextFacts,
) =>
  z
    .string()
    .trim()
    .superRefine((value, context) => {
      const message = problem(value);
      if (message !== null) context.addIssue(message);
    })
    .optional()
    .transform((value): string | Fallback => value || fallback)
    .register(facts, {
      kind: 'string',
      default: computed ?? fallback,
      description,
      ...(secret ? { secret } : {}),
    });

const NO_DATE = 'must be a date such as 2026-01-01 or 2026-01-01T00:00:00Z';

/** A setting that is a date. @param computed a description of the default, which depends on the run */
export const date = (computed: string, description: string) =>
  z
    .string({ error: NO_DATE })
    .transform((value, context) => {
      const instant = parseInstant(value);
      if (instant !== null) return instant;
      context.addIssue(NO_DATE);
      return z.NEVER;
    })
    .optional()
    .transform((instant) => instant ?? null)
    .register(facts, { kind: 'date', default: computed, description });

/** Turns text into a number. Meltano, the environment and old configs give numbers as text. */
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

/** A setting that is a list of texts, or one text with commas. An empty one counts as absent. */
export const list = (description: string) =>
  z
    .union([z.string().transform((text) => [text]), z.array(z.string())], {
      error: 'must be a string or a list of strings',
    })
    .optional()
    .transform((texts = []): readonly string[] | null => {
      const filled = texts.filter((text) => /[^\s,]/.test(text));
      return filled.length > 0 ? filled : null;
    })
    .register(facts, { kind: 'list', default: null, description });
