import { RefusedError } from '../errors.ts';
import { counted } from '../json/counted.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';
import { CLOCK_TOLERANCE } from '../time/instant.ts';
import { lengthOf } from '../time/length-of.ts';
import { all, pathsOf } from './concerns.ts';
import { fails, holds, type Probe, unknown } from './probe.ts';
import { NoRequestsLeftError, type Scope } from './scope.ts';

/** The name of the header that states the limit. A family may be known by its prefix only. */
const asHeader = (family: string): string => (family.endsWith('-') ? `${family}limit` : family);

/** Whether every path that a stream is read from has been answered by now. */
const isAnswered = (stream: StreamDefinition, { wire }: Scope): boolean =>
  pathsOf(stream).every((path) =>
    wire.requests.some(({ request, status }) => request.path === path && status === 200),
  );

/** Assumptions about rate limits and clocks. */
export const environmentProbes: readonly Probe[] = [
  {
    name: 'rate-limit-headers',
    assumes: 'Answers state the rate limit',
    ifFalse: 'The tap finds out how fast it may go from 429 answers alone.',
    handledBy: 'http/limiter.ts',
    concerns: all,
    look: async ({ wire }) => {
      if (wire.limits.size === 0) return fails('no answer stated it');
      // One of the requests that are used up is this program's own.
      const stated = [...wire.limits].map(([family, { limit, remaining, resetMs }]) => {
        const others = Math.max(0, limit - remaining - 1);
        const seconds = Math.max(1, Math.ceil(resetMs / 1000));
        return `${asHeader(family)}: ${limit} requests, full again within ${seconds} s, ${others} used by others`;
      });
      return holds(stated.join('; '));
    },
  },
  {
    name: 'clocks',
    assumes: "This machine's clock and Close's agree",
    ifFalse:
      "Bookmarks follow the earlier of the two clocks, or the dates in Close's rows. Set the clock that is wrong.",
    handledBy: 'tap/clocks.ts',
    concerns: all,
    look: async ({ wire }) => {
      const { theirs, ours } = wire.clocks();
      if (theirs === null) return unknown('no answer had a date');
      const apart = Math.abs(theirs - ours);
      return apart <= CLOCK_TOLERANCE
        ? holds(`${lengthOf(apart)} apart`)
        : fails(`they are ${lengthOf(apart)} apart`);
    },
  },
];

/** Tried last: if many streams are selected, it uses all the requests that are left. */
export const openTablesProbe: Probe = {
  name: 'tables-open',
  assumes: 'The key may read every selected stream',
  ifFalse: 'These streams are not read. The command check without --deep says why, and what to do.',
  concerns: all,
  look: async (scope) => {
    const closed: string[] = [];
    const texts: string[] = [];
    const selected = scope.streams.filter(({ name }) => scope.selected.has(name));
    const unanswered = selected.filter((stream) => !isAnswered(stream, scope));
    let left = unanswered.length;
    for (const stream of unanswered) {
      try {
        await scope.open(stream);
      } catch (error) {
        if (error instanceof NoRequestsLeftError) break;
        if (!(error instanceof RefusedError)) throw error;
        closed.push(stream.name);
        texts.push(`${stream.name} (${error.status})`);
      }
      left -= 1;
    }
    if (closed.length > 0) return fails(texts.join(', '), closed);
    return left === 0
      ? holds(counted(selected.length, 'stream'))
      : unknown(`no requests were left for ${counted(left, 'stream')}; check --all looks at them`);
  },
};
