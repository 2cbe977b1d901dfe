import { listNames, MOST_NAMED } from '../singer/list-names.ts';
import { renderTable, wrap } from '../terminal/columns.ts';
import type { Redact } from '../terminal/redact.ts';
import type { Finding } from '../verify/findings.ts';
import type { Verdict } from '../verify/verify-stream.ts';

/** The result of the comparison of one stream. */
export interface VerifiedStream {
  readonly name: string;
  /** Null if the stream could not be read. */
  readonly verdict: Verdict | null;
  /** Why the stream could not be read; null if it could. */
  readonly problem: string | null;
}

/** Whether nothing is missing and every stream could be read. */
export const isComplete = (verified: readonly VerifiedStream[]): boolean =>
  verified.every(({ verdict }) => verdict?.counts.missing === 0);

const HEADER = ['STREAM', 'HELD', 'IN CLOSE', 'MISSING', 'STALE', 'GONE', 'TOO NEW TO TELL'];

const rowOf = ({ name, verdict }: VerifiedStream): string[] => {
  if (verdict === null) return [name, ...HEADER.slice(1).map(() => '?')];
  const { held, close, missing, stale, gone, recent } = verdict.counts;
  const tooNew = recent.created + recent.changed + recent.deleted;
  return [name, ...[held, close, missing, stale, gone, tooNew].map(String)];
};

const idsOf = ({ name, verdict }: VerifiedStream): string[] => {
  if (verdict === null) return [];
  const shown = new Map<Finding['what'], string[]>();
  const { counts } = verdict;
  for (const { what, id } of verdict.findings()) {
    const ids = shown.get(what) ?? [];
    shown.set(what, ids);
    if (ids.length < MOST_NAMED) ids.push(id);
  }
  return [...shown].map(([what, ids]) => `${name}, ${what}: ${listNames(ids, counts[what])}`);
};

/** What else a person should know. */
const notesOf = ({ name, verdict, problem }: VerifiedStream): string[] => {
  if (verdict === null) return [`${name} could not be read: ${problem}`];
  const { held, stale, beyond } = verdict.counts;
  return [
    ...(stale > 10 && stale > held / 2
      ? [`${name}: most dates are older than those in Close. Are they in UTC?`]
      : []),
    ...(beyond > 0 ? [`${name}: ${beyond} ids are too old for Close to show, and cannot be compared.`] : []),
  ];
};

const verdictOf = (verified: readonly VerifiedStream[]): string => {
  const unread = verified.filter(({ verdict }) => verdict === null).map(({ name }) => name);
  const missing = verified.reduce((sum, { verdict }) => sum + (verdict?.counts.missing ?? 0), 0);
  if (missing > 0) return `${missing === 1 ? '1 row is' : `${missing} rows are`} missing.`;
  return unread.length === 0 ? 'Nothing is missing.' : `Could not be read: ${unread.join(', ')}`;
};

/** The report for people. @param redact takes secrets out of ids and problems, before a line may break inside one */
export const renderVerified = (
  verified: readonly VerifiedStream[],
  width: number,
  redact: Redact,
): string[] => [
  ...renderTable([HEADER, ...verified.map(rowOf)], redact, width),
  '',
  ...verified
    .flatMap((stream) => [...idsOf(stream), ...notesOf(stream)])
    .flatMap((line) => wrap(redact(line), width)),
  ...wrap(verdictOf(verified), width),
];

/** The report for programs. */
export const verifiedAsJson = (verified: readonly VerifiedStream[]): object => ({
  complete: isComplete(verified),
  verdict: verdictOf(verified),
  streams: verified.map(({ name, verdict, problem }) => ({ name, problem, ...verdict?.counts })),
});
