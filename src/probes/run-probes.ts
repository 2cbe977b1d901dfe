import type { Api } from '../close/walk.ts';
import { ApiError, endsTheRun } from '../errors.ts';
import { type Finding, type Probe, unknown } from './probe.ts';
import { createScope, NoRequestsLeftError, type ProbeContext, type Scope } from './scope.ts';

export type Verdict = 'holds' | 'handled' | 'does not hold' | 'could not tell';

/** A probe and its result. */
export interface Probed {
  readonly probe: Probe;
  readonly verdict: Verdict;
  /** What was seen, or why there is no verdict. */
  readonly found: string | null;
  /** The streams that depend on the assumption. */
  readonly streams: readonly string[];
}

/** The most requests that all probes together may send, repeated ones included. */
export const MOST_REQUESTS = 100;
/** The client may repeat a request. Each one may become this many. */
const ROOM = 4;

/** Stops before `MOST_REQUESTS` are sent. @param sent how many requests have been sent and answered */
const withRequestLimit = (api: Api, sent: () => number): Api => {
  let underWay = 0;
  return {
    fetch: async (request, parse) => {
      if (sent() + underWay > MOST_REQUESTS - ROOM) throw new NoRequestsLeftError();
      underWay += 1;
      try {
        return await api.fetch(request, parse);
      } finally {
        underWay -= 1;
      }
    },
  };
};

const look = async (probe: Probe, scope: Scope): Promise<Finding> => {
  try {
    return await probe.look(scope);
  } catch (error) {
    if (endsTheRun(error)) throw error;
    if (error instanceof NoRequestsLeftError) return unknown('no requests were left for it');
    // The text of the error is not shown, because it may contain an id.
    if (error instanceof ApiError) return unknown(`Close answered ${error.status ?? 'nothing'}`);
    throw error;
  }
};

const decide = async (probe: Probe, scope: Scope, again: () => Scope): Promise<Finding> => {
  const first = await look(probe, scope);
  return first.kind === 'fails' && probe.looksAgain ? look(probe, again()) : first;
};

const verdictOf = ({ kind }: Finding, { handledBy }: Probe): Verdict => {
  if (kind === 'holds') return 'holds';
  if (kind === 'unknown') return 'could not tell';
  return handledBy === undefined ? 'does not hold' : 'handled';
};

/**
 * Tries one assumption after the other. @throws errors that would make every other request fail too, such as a wrong
 * key
 */
export const runProbes = async (probes: readonly Probe[], context: ProbeContext): Promise<Probed[]> => {
  const { wire, streams } = context;
  const own: ProbeContext = { ...context, api: withRequestLimit(context.api, () => wire.requests.length) };
  const scope = createScope(own);
  const probed: Probed[] = [];
  for (const probe of probes) {
    const finding = await decide(probe, scope, () => createScope(own));
    const concerned = streams.filter(probe.concerns).map(({ name }) => name);
    probed.push({
      probe,
      verdict: verdictOf(finding, probe),
      found: finding.kind === 'unknown' ? finding.why : (finding.found ?? null),
      streams: (finding.kind === 'fails' ? finding.streams : undefined) ?? concerned,
    });
  }
  return probed;
};

/** Whether no false assumption harms these streams. */
export const allHolds = (probed: readonly Probed[], selected: ReadonlySet<string>): boolean =>
  !probed.some(
    ({ verdict, streams }) => verdict === 'does not hold' && streams.some((name) => selected.has(name)),
  );
