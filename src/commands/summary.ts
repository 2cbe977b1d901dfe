import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { EXIT_INCOMPLETE, EXIT_OK, messageOf, UsageError } from '../errors.ts';
import { counted } from '../json/counted.ts';
import type { TapReport } from '../pipeline/tap-report.ts';
import { writeAtomically } from '../state-file/write-atomically.ts';
import { printableJson } from '../terminal/printable.ts';
import { fromMillis } from '../time/instant.ts';
import { formatSecond } from '../time/rfc3339.ts';
import { checkOutputFile } from './output-file.ts';
import type { Session } from './session.ts';

/** When a run began and ended, and how many seconds it took. */
export const timesOf = (startedMs: number, endedMs: number) => ({
  started_at: formatSecond(fromMillis(startedMs)),
  ended_at: formatSecond(fromMillis(endedMs)),
  seconds: secondsOf(endedMs - startedMs),
});

/** Seconds with three decimals. */
export const secondsOf = (ms: number): number => Math.round(ms) / 1000;

const describeCompleteness = ({ completeness }: TapReport['streams'][string]): string =>
  completeness === null ? '' : `; ${completeness.read} of ${completeness.counted} counted`;

/** The last line of a log: records, requests and waits of the run, and why it ended. */
export const describeReport = (report: TapReport, reason: string = report.exit.reason): string => {
  const streams = Object.entries(report.streams);
  const records = streams.reduce((sum, [, stream]) => sum + stream.records, 0);
  const waits = report.waits.seconds < 0.05 ? '' : `, ${report.waits.seconds.toFixed(1)} s waiting for Close`;
  const parts = streams.map(
    ([name, stream]) => `${name} ${stream.records} (${stream.requests}${describeCompleteness(stream)})`,
  );
  if (report.other_requests > 0) parts.push(`for all streams together (${report.other_requests})`);
  const each = parts.length === 0 ? '' : `; records (requests) of ${parts.join(', ')}`;
  const what = `${counted(records, 'record')} in ${report.seconds.toFixed(1)} s with ${counted(report.requests, 'request')}`;
  return `${what}${waits}${each}; ${reason}`;
};

/** Checks, before anything is read, that the summary can be written to this file. @throws UsageError */
export const checkSummaryFile = async (
  file: string,
  others: readonly (string | undefined)[],
): Promise<void> => {
  const path = await checkOutputFile('--summary', file, others);
  const found = await stat(path).catch(() => null);
  if (found !== null && !found.isFile())
    throw new UsageError([
      `--summary: ${file}: is not a regular file, so it cannot be replaced; name another file`,
    ]);
};

/**
 * Writes a summary, without secrets, to the file that the user named. The file is replaced as a whole or not at all.
 * @returns the exit code of the run; 1 if the run succeeded but the summary could not be written
 */
export const writeSummary = async (
  file: string,
  summary: object,
  code: number,
  { version, redact, log }: Pick<Session, 'version' | 'redact' | 'log'>,
): Promise<number> => {
  try {
    await writeAtomically(resolve(file), `${printableJson({ version, ...summary }, redact)}\n`);
    return code;
  } catch (error) {
    log.error(`--summary: ${messageOf(error)}`);
    return code === EXIT_OK ? EXIT_INCOMPLETE : code;
  }
};
