import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runLive } from './live-run.ts';

const KEYS = ['TAP_CLOSEIO_API_KEY', 'TAP_CLOSEIO_ACCESS_TOKEN'];
const DAYS = 3;

/** The file of the summary, and the directory for files with data of the account. */
export const SUMMARY = '.build/live-summary.json';
const KEPT = '.build/live-run';

/**
 * Runs all steps on the account of the key in the environment.
 * @param root of the repository
 * @returns 0 if all is well, 1 if not, 2 without a key
 */
export const live = async (
  env: NodeJS.ProcessEnv,
  root: string,
  tell: (line: string) => void,
): Promise<number> => {
  if (!KEYS.some((name) => env[name])) {
    tell(`test:live reads a real account: set ${KEYS.join(' or ')} in the environment`);
    return 2;
  }
  const days = Number(env.LIVE_DAYS ?? DAYS);
  if (!(days > 0)) {
    tell(`LIVE_DAYS is how many days back it reads, such as ${DAYS}`);
    return 2;
  }
  const dir = join(root, KEPT);
  await rm(dir, { recursive: true, force: true });
  const summary = await runLive({ root, dir, env, days, tell });
  await writeFile(join(root, SUMMARY), `${JSON.stringify(summary, null, 2)}\n`);
  tell(
    `${summary.ok ? 'All is well' : 'Not all is well'}; the summary to attach is ${SUMMARY}. What is in ${KEPT} tells of ` +
      'the account: keep it to yourself',
  );
  return summary.ok ? 0 : 1;
};
