import { hash } from 'node:crypto';
import { z } from 'zod';

/** Some base64 digits that stand for a text: 6 bits each. */
export const digestOf = (text: string, digits: number): string =>
  hash('sha256', text, 'base64url').slice(0, digits);

/** The digests of many texts, as one text in the state. A value of any other form counts as none. */
export const digestsSchema = (digits: number) =>
  z
    .string()
    .regex(new RegExp(`^(?:[\\w-]{${digits}})*$`))
    .transform((text): ReadonlySet<string> => new Set(text.match(new RegExp(`.{${digits}}`, 'g'))))
    .nullable()
    .catch(null);
