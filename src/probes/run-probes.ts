import type { Api } from '../close/walk.ts';
import { ApiError, endsTheRun } from '../errors.ts';
import { type Finding, type Probe, unknown } from './probe.ts';
import { createScope, NoRequestsLeftError, type ProbeContext, type Scope } from './scope.ts';

export type Verdict = 'holds' | 'handled' | 'does not' | 'could not tell';

/** A probe and its result. */
export interface Probed {
  readonly probe: Probe;
  readonly verdict: Verdict;
  /** What was seen, or why there is no result. */
  readonly found: string | null;
  /** The streams that rest on it. */
  readonly streams: readonly string[];
}

/** The most requests of all probes together, repeated ones included. */
export const MOST_REQUESTS = 100;
/** The most requests that one request may become, together with its repetitions. */
const ROOM = 4;

/** @param sent how many requests have gone out, which is known of each only when it is answered */
const sparing = (api: Api, sent: () => number): Api => {
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

const verdictOf = ({ kind }: Finding, { survivedBy }: Probe): Verdict => {
  if (kind === 'holds') return 'holds';
  if (kind === 'unknown') return 'could not tell';
  return survivedBy === undefined ? 'does not' : 'handled';
};

/** Tries one assumption after the other, with few requests. @throws errors that would fail every other request too */
export const runProbes = async (probes: readonly Probe[], context: ProbeContext): Promise<Probed[]> => {
  const { wire, streams } = context;
  const own: ProbeContext = { ...context, api: sparing(context.api, () => wire.requests.length) };
  const scope = createScope(own);
  const probed: Probed[] = [];
  for (const probe of probes) {
    const finding = await decide(probe, scope, () => createScope(own));
    const touched = streams.filter(probe.touches).map(({ name }) => name);
    probed.push({
      probe,
      verdict: verdictOf(finding, probe),
      found: finding.kind === 'unknown' ? finding.why : (finding.found ?? null),
      streams: (finding.kind === 'fails' ? finding.streams : undefined) ?? touched,
    });
  }
  return probed;
};

/** Whether all that these streams rest on holds, or does no harm. */
export const allHolds = (probed: readonly Probed[], selected: ReadonlySet<string>): boolean =>
  !probed.some(
    ({ verdict, streams }) => verdict === 'does not' && streams.some((name) => selected.has(name)),
  );
