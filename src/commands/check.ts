import type { CheckCommand } from '../cli/check.ts';
import { readMe } from '../close/me.ts';
import type { Config } from '../config/config.ts';
import { EXIT_INCOMPLETE, EXIT_OK, endsTheRun, RefusedError } from '../errors.ts';
import type { RateLimit } from '../http/rate-limits.ts';
import { groupOf } from '../http/request.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';
import { streams } from '../streams/index.ts';
import { checkStream, meaningOf, meaningUnselected } from '../tap/check.ts';
import { mayBeClosed } from '../tap/why-closed.ts';
import { fromMillis } from '../time/instant.ts';
import { type CheckReport, renderReport, reportAsJson, wouldWork } from './check-report.ts';
import { runDeepCheck } from './deep-check.ts';
import { openTap, withShortWaits } from './open-tap.ts';
import { widthOf, withoutMetrics } from './reader.ts';
import type { Session } from './session.ts';

/**
 * Why a stream cannot be read in full; null if it can. Either the stream itself failed, or the event log that it needs
 * for its late changes failed, and was not merely refused.
 */
const problemOf = (
  { name, lateChanges }: StreamDefinition,
  isSelected: boolean,
  closed: ReadonlyMap<string, unknown>,
  config: Config,
): string | null => {
  if (closed.has(name)) return (isSelected ? meaningOf : meaningUnselected)(closed.get(name));
  if (!isSelected) return null;
  const events = streams.find(({ showsChanges }) => showsChanges)?.name ?? '';
  const needsEvents = lateChanges !== undefined && config.late_activity_changes && closed.has(events);
  return needsEvents && !(closed.get(events) instanceof RefusedError)
    ? `its late changes come from ${events}, which could not be read; try again later`
    : null;
};

/** Prints whether the key works, whose it is, and what it may read. @returns 0 only if a sync would work */
export const runCheck = async (command: CheckCommand, session: Session): Promise<number> => {
  if (command.deep) return runDeepCheck(command, session);
  const limits = new Map<string, RateLimit>();
  const quiet = withoutMetrics(session);
  const { client, clock, close, config, definitions, selection, state } = await openTap(command, quiet, {
    adjust: withShortWaits,
    onLimits: (request, [first]) => {
      if (first) limits.set(groupOf(request), first);
    },
  });
  const selected = new Set(selection.streams.map(({ name }) => name));
  const unnamed = new Set(selection.streams.filter(({ byDefault }) => byDefault).map(({ name }) => name));
  try {
    const me = await readMe(client);
    const now = fromMillis(clock.now());
    const closed = new Map<string, unknown>();
    // One stream after the other, so that a check does not load Close.
    for (const stream of streams) {
      try {
        await checkStream(stream, client, definitions, now);
      } catch (error) {
        if (endsTheRun(error)) throw error;
        closed.set(stream.name, error);
      }
    }
    const report: CheckReport = {
      credentials: config.api_key === null ? 'access_token' : 'api_key',
      base_url: config.base_url,
      me,
      limits,
      streams: streams.map((stream) => ({
        name: stream.name,
        selected: selected.has(stream.name),
        readable: !closed.has(stream.name),
        problem: problemOf(stream, selected.has(stream.name), closed, config),
        leftOut: unnamed.has(stream.name) && mayBeClosed(closed.get(stream.name), stream, { state }),
      })),
    };
    await print(report, command, session);
    return wouldWork(report) ? EXIT_OK : EXIT_INCOMPLETE;
  } finally {
    await close();
  }
};

const print = (report: CheckReport, command: CheckCommand, session: Session): Promise<void> => {
  if (command.format === 'json') return session.printJson(reportAsJson(report));
  const text = renderReport(report, command.all ? 'all' : 'notable', widthOf(session), session.redact);
  return session.print(text.join('\n'));
};
