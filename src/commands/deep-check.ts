import type { CheckCommand } from '../cli/check.ts';
import { createDefinitions } from '../close/definitions.ts';
import { readMe } from '../close/me.ts';
import { EXIT_INCOMPLETE, EXIT_OK } from '../errors.ts';
import type { RateLimit } from '../http/rate-limits.ts';
import type { ApiRequest } from '../http/request.ts';
import { LONGEST_URL } from '../http/wire-request.ts';
import { smallerPageOf } from '../http/with-page-limit.ts';
import { probes } from '../probes/index.ts';
import { runProbes } from '../probes/run-probes.ts';
import { loadSchema } from '../schema/load-schema.ts';
import { streams } from '../streams/index.ts';
import { checkStream } from '../tap/check.ts';
import { fromMillis } from '../time/instant.ts';
import { type DeepReport, deepReportAsJson, isSound, renderDeepReport } from './deep-report.ts';
import { openTap, withShortWaits } from './open-tap.ts';
import { widthOf, withoutMetrics } from './reader.ts';
import type { Session } from './session.ts';

/** Tries out what the tap assumes of Close. @returns 0 only if no false assumption harms a selected stream */
export const runDeepCheck = async (command: CheckCommand, session: Session): Promise<number> => {
  const requests: { readonly request: ApiRequest; readonly status: number | null }[] = [];
  const limits = new Map<string, RateLimit>();
  const { client, clock, close, config, selection } = await openTap(command, withoutMetrics(session), {
    adjust: (given) => ({ ...withShortWaits(given), page_size: null }),
    onRequest: (request, status) => requests.push({ request, status }),
    onLimits: (_, stated) => {
      for (const limit of stated) if (!limits.has(limit.family)) limits.set(limit.family, limit);
    },
  });
  const selected = new Set(selection.streams.map(({ name }) => name));
  const ours = fromMillis(clock.now());
  const now = () => fromMillis(clock.now());
  try {
    // Fails if the key is not valid.
    await readMe(client);
    const probed = await runProbes(probes, {
      api: client,
      wire: {
        requests,
        limits,
        clocks: () => ({ theirs: client.serverStart(), ours }),
        smallerPageOf,
        longestUrl: LONGEST_URL,
      },
      streams,
      selected,
      columnsOf: ({ name }) => Object.keys(loadSchema(name).properties),
      open: (stream, api) => checkStream(stream, api, createDefinitions({ api, page_size: null }), now()),
      leads_overlap_seconds: config.leads_overlap_seconds,
      now,
    });
    const report: DeepReport = { version: session.version, requests: requests.length, selected, probed };
    if (command.format === 'json') await session.printJson(deepReportAsJson(report));
    else await session.print(renderDeepReport(report, widthOf(session), session.redact).join('\n'));
    return isSound(report) ? EXIT_OK : EXIT_INCOMPLETE;
  } finally {
    await close();
  }
};
