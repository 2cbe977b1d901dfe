import { realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

const READ = 0o4;
const PASS = 0o1;
/** By how many bits the rights of the group and of others are shifted in the mode of a file. */
const GROUP = 3;
const OTHERS = 0;

const allows = (mode: number, right: number, users: number): boolean => ((mode >> users) & right) !== 0;

/** The modes of the directories above a file, nearest first. */
const modesAbove = async (path: string): Promise<number[]> => {
  const modes: number[] = [];
  for (let at = dirname(path); ; at = dirname(at)) {
    modes.push((await stat(at)).mode);
    if (at === dirname(at)) return modes;
  }
};

/**
 * Who may read a file besides the user of this process, as text; null if nobody may. It is also null in these cases:
 * - The file belongs to another user: only that user could change its mode.
 * - The process runs on Kubernetes, which mounts secrets like this into a container of one user.
 * - Others cannot enter a directory above the file.
 */
export const whoElseReads = async (
  path: string,
  file: { readonly mode: number; readonly uid: number; readonly isFile: boolean },
  { platform, env, geteuid }: Pick<NodeJS.Process, 'platform' | 'env' | 'geteuid'>,
): Promise<string | null> => {
  if (platform === 'win32' || env.KUBERNETES_SERVICE_HOST) return null;
  if (!file.isFile || file.uid !== geteuid?.()) return null;
  const above = await realpath(path).then(modesAbove, () => []);
  const passes = (users: readonly number[]) =>
    above.every((mode) => users.some((one) => allows(mode, PASS, one)));
  if (allows(file.mode, READ, OTHERS) && passes([OTHERS])) return 'every user of this machine';
  return allows(file.mode, READ, GROUP) && passes([GROUP, OTHERS]) ? 'its group' : null;
};
