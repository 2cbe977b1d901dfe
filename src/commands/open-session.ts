import { readFileSync, statSync } from 'node:fs';
import { systemClock } from '../clock.ts';
import { logSettings } from '../config/log-settings.ts';
import { createOutput } from '../singer/output.ts';
import { printable, printableJson } from '../terminal/printable.ts';
import { createProgress } from '../terminal/progress.ts';
import { createRedaction, secretsIn } from '../terminal/redact.ts';
import { createLog } from '../terminal/stderr-log.ts';
import type { Session } from './session.ts';

/**
 * What a command needs of the process: a log on stderr, with the progress below it if a person watches; and a way to
 * write text to stdout that is not a Singer message.
 * @param isJob whether the log will be read later, as that of cron is. Then lines have a date, unless the environment
 * says no
 */
export const openSession = (
  host: NodeJS.Process,
  version: string,
  controller: AbortController,
  isJob: boolean,
): Session & { readonly problems: readonly string[]; close: () => void } => {
  // Only regular files are read. A pipe without a writer would block the process, and no signal could stop it.
  const readFile = (path: string): string => (statSync(path).isFile() ? readFileSync(path, 'utf8') : '');
  const settings = logSettings(host.env, readFile);
  // There is no progress on a terminal that cannot move its cursor, or that also shows the records.
  const watched =
    host.stderr.isTTY === true &&
    host.stdout.isTTY !== true &&
    host.env.TERM !== 'dumb' &&
    settings.format === 'plain';
  const progress = watched
    ? createProgress({
        title: `tap-closeio ${version}`,
        write: (text) => host.stderr.write(text),
        size: () => ({ columns: host.stderr.columns || 80, rows: host.stderr.rows || 24 }),
        clock: systemClock,
      })
    : null;
  // The elapsed time is updated even while no record comes.
  const ticking = progress && setInterval(() => progress.tick(), 1000).unref();
  const secrets = secretsIn(host.env);
  let redaction = createRedaction(secrets);
  const redact = (text: string): string => redaction(text);
  const log = createLog({
    ...settings,
    write: (text) => (progress ? progress.writeAbove(text) : host.stderr.write(text)),
    redact,
    timestamps: settings.timestamps ?? isJob,
    // A person who watches sees the progress instead.
    metrics: !watched,
    pid: host.pid,
    clock: systemClock,
    loggerName: 'tap-closeio',
  });

  return {
    problems: settings.problems,
    host,
    version,
    log,
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    keepSecret: (secret) => {
      if (secrets.includes(secret)) return;
      secrets.push(secret);
      redaction = createRedaction(secrets);
    },
    redact,
    print: (text) => {
      const lines = redact(text).split('\n').map(printable);
      return createOutput(host.stdout).write(`${lines.join('\n')}\n`);
    },
    printJson: (value) => createOutput(host.stdout).write(`${printableJson(value, redact)}\n`),
    progress,
    close: () => {
      if (ticking) clearInterval(ticking);
      progress?.finish();
    },
  };
};
