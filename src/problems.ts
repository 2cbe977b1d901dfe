import type { core } from 'zod';

const NAMES: Readonly<Record<string, string>> = {
  array: 'must be a list',
  boolean: 'must be true or false',
  number: 'must be a number',
  object: 'must be an object',
  record: 'must be an object',
  string: 'must be a text',
};

/** `streams[2].metadata[0].breadcrumb` */
const keyPath = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '');

/**
 * One line per problem that zod found: file, key path, what it must be. Never the value: it may be the secret.
 * @param file empty when the caller names it
 */
export const describeIssues = (issues: readonly core.$ZodIssue[], file: string): string[] =>
  issues.map((issue) => {
    // Zod's own sentence ("Invalid input: expected …") is for programmers; one of ours stays.
    const plain = issue.code === 'invalid_type' && issue.message.startsWith('Invalid input');
    const message = plain ? (NAMES[issue.expected] ?? issue.message) : issue.message;
    return [file, keyPath(issue.path), message].filter((part) => part !== '').join(': ');
  });
