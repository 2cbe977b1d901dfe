import { readFileSync } from 'node:fs';
import { systemClock } from './clock.ts';
import { logSettings } from './environment.ts';
import { createProgress } from './progress.ts';
import type { Session } from './session.ts';
import { createLog } from './stderr-log.ts';

/** The process as commands see it: a log on stderr, and above it, when a person watches, the progress. */
export const openSession = (
  host: NodeJS.Process,
  version: string,
  controller: AbortController,
): Session & { close: () => void } => {
  const settings = logSettings(host.env, (path) => readFileSync(path, 'utf8'));
  const watched = host.stderr.isTTY === true && settings.format === 'plain';
  const progress = watched
    ? createProgress({
        write: (text) => host.stderr.write(text),
        columns: () => host.stderr.columns || 80,
        clock: systemClock,
      })
    : null;
  const secrets: string[] = [];
  const open = () =>
    createLog({
      ...settings,
      write: (text) => (progress ? progress.writeAbove(text) : host.stderr.write(text)),
      secrets,
      // Whoever watches sees the progress instead.
      metrics: !watched,
      pid: host.pid,
      clock: systemClock,
      loggerName: 'tap-closeio',
    });
  let log = open();

  return {
    host,
    version,
    get log() {
      return log;
    },
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    keepSecret: (secret) => {
      secrets.push(secret);
      log = open();
    },
    onProgress: (stream, records, at) =>
      progress?.update(stream, { records, ...(at === null ? {} : { at }) }),
    onEnd: (stream, how) => progress?.end(stream, how),
    close: () => progress?.clear(),
  };
};
