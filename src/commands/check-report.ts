import type { Me } from '../close/me.ts';
import type { RateLimit } from '../http/rate-limits.ts';
import { renderTable, wrap } from '../terminal/columns.ts';
import type { Redact } from '../terminal/redact.ts';

/** What a check found out about a stream. */
export interface CheckedStream {
  readonly name: string;
  readonly selected: boolean;
  readonly readable: boolean;
  /** Why a sync cannot read all of it, and what to do; null if it can. */
  readonly problem: string | null;
  /** Whether a sync would only warn and leave it out, since the user did not name it and the key may not read it. */
  readonly leftOut: boolean;
}

/** What a check found out. */
export interface CheckReport {
  readonly credentials: 'api_key' | 'access_token';
  readonly base_url: string;
  readonly me: Me;
  /** The limit of each endpoint. */
  readonly limits: ReadonlyMap<string, RateLimit>;
  readonly streams: readonly CheckedStream[];
}

const isMissing = ({ selected, problem, leftOut }: CheckedStream): boolean =>
  selected && problem !== null && !leftOut;

/** Whether a sync would read something, and everything that it should. */
export const wouldWork = ({ streams }: CheckReport): boolean =>
  streams.some(({ selected, leftOut }) => selected && !leftOut) && !streams.some(isMissing);

const verdictOf = (report: CheckReport): string => {
  if (wouldWork(report)) {
    const leftOut = report.streams.filter((stream) => stream.leftOut).map(({ name }) => name);
    return leftOut.length === 0
      ? 'A sync would work.'
      : `A sync would work, but leave out what the key may not read: ${leftOut.join(', ')}`;
  }
  const missing = report.streams.filter(isMissing).map(({ name }) => name);
  return missing.length === 0
    ? 'A sync would read nothing.'
    : `A sync would not be complete: ${missing.join(', ')}`;
};

/** One line for each limit, with the endpoints that have it. */
const describeLimits = (limits: ReadonlyMap<string, RateLimit>): string[] => {
  const stated = new Set([...limits.values()].map(({ limit }) => limit));
  if (stated.size === 0) return ['none stated'];
  return [...stated].map((limit) => {
    const alike = [...limits].filter(([, other]) => other.limit === limit);
    const seconds = Math.max(...alike.map(([, { resetMs }]) => resetMs)) / 1000;
    const where = stated.size === 1 ? 'every endpoint' : alike.map(([endpoint]) => endpoint).join(', ');
    return `${limit} requests, full again within ${Math.ceil(seconds)} s: ${where}`;
  });
};

const yesOrDash = (is: boolean): string => (is ? 'yes' : '-');

const HEADER = ['STREAM', 'SELECTED', 'READABLE', 'PROBLEM, AND WHAT TO DO'];

const tableOf = (streams: readonly CheckedStream[], width: number, redact: Redact): string[] =>
  renderTable(
    [
      HEADER,
      ...streams.map(({ name, selected, readable, problem }) => [
        name,
        yesOrDash(selected),
        readable ? 'yes' : 'NO',
        problem ?? '',
      ]),
    ],
    redact,
    width,
  );

/**
 * The report for people.
 * @param shown the streams in the table: all, or those that are selected or cannot be read
 * @param redact takes secrets out of names and problems, before a line may break inside one
 */
export const renderReport = (
  report: CheckReport,
  shown: 'all' | 'notable',
  width: number,
  redact: Redact,
): string[] => {
  const { me, streams } = report;
  const notable = streams.filter(({ selected, readable }) => shown === 'all' || selected || !readable);
  const others = streams.length - notable.length;
  const facts = [
    ['User', me.user],
    ...me.organizations.map((organization) => ['Organization', organization]),
    ...describeLimits(report.limits).map((limit) => ['Rate limit', limit]),
  ];
  return [
    ...wrap(redact(`The ${report.credentials.replace('_', ' ')} works, at ${report.base_url}`), width),
    ...renderTable(facts, redact, width),
    '',
    ...tableOf(notable, width, redact),
    '',
    ...(others === 0 ? [] : [`${others} more streams are readable but not selected; --all lists them.`]),
    ...wrap(verdictOf(report), width),
  ];
};

/** The report for programs. It has every stream. */
export const reportAsJson = (report: CheckReport): object => ({
  would_work: wouldWork(report),
  verdict: verdictOf(report),
  credentials: report.credentials,
  base_url: report.base_url,
  user: report.me.user,
  organizations: report.me.organizations,
  rate_limits: [...report.limits].map(([endpoint, { limit, resetMs }]) => ({
    endpoint,
    limit,
    reset_seconds: resetMs / 1000,
  })),
  streams: report.streams.map(({ leftOut, ...stream }) => ({ ...stream, left_out: leftOut })),
});
