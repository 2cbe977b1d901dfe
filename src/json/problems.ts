import type { core } from 'zod';
import { UsageError } from '../errors.ts';

const NAMES: Readonly<Record<string, string>> = {
  array: 'must be a list',
  boolean: 'must be true or false',
  number: 'must be a number',
  object: 'must be an object',
  record: 'must be an object',
  string: 'must be a string',
};

/** `streams[2].metadata[0].breadcrumb` */
const keyPath = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '');

/**
 * One line per problem that zod found: the file, the path of the key, and what the value must be. It never shows the
 * value, since that may be a secret.
 * @param file empty when the caller adds the name of the file
 */
export const describeIssues = (issues: readonly core.$ZodIssue[], file: string): string[] =>
  issues.map((issue) => {
    // Zod's own sentence ("Invalid input: expected …") is for programmers. A message from our schemas is kept.
    const plain = issue.code === 'invalid_type' && issue.message.startsWith('Invalid input');
    const message = plain ? (NAMES[issue.expected] ?? issue.message) : issue.message;
    return [file, keyPath(issue.path), message].filter((part) => part !== '').join(': ');
  });

/**
 * Waits for all parts. If several fail, their problems are reported together.
 * @throws UsageError with the problems of all parts
 */
export const collectProblems = async <Parts extends readonly unknown[]>(
  ...parts: { readonly [Index in keyof Parts]: Promise<Parts[Index]> }
): Promise<Parts> => {
  const outcomes = await Promise.allSettled(parts);
  const reasons = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
  );
  const problems = reasons.flatMap((reason) => (reason instanceof UsageError ? reason.problems : []));
  const other = reasons.find((reason) => !(reason instanceof UsageError));
  if (other !== undefined) throw other;
  if (problems.length > 0) throw new UsageError(problems);
  return Promise.all(parts) as unknown as Promise<Parts>;
};
