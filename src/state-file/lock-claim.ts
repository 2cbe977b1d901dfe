import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { z } from 'zod';

const claimSchema = z.object({
  token: z.string().regex(/^[0-9a-f]{8}$/),
  pid: z.number().int().positive(),
  host: z.string(),
  place: z.string(),
  process_started: z.string().nullable(),
  since: z.string(),
});

/** What a lock file says of its holder. `place` is where its pid means something: a boot of a kernel, a container. */
export type Claim = z.infer<typeof claimSchema>;

/** Null when the text is no claim of this program's. */
export const parseClaim = (text: string): Claim | null => {
  try {
    return claimSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
};

/** What can be found out about a process here. */
export interface ProcessTable {
  readonly place: string;
  readonly isRunning: (pid: number) => boolean;
  /** When a process began, in whatever unit; null where the system does not tell. */
  readonly startOf: (pid: number) => string | null;
}

/** Who has given no sign of life for so long is dead, where nothing else tells. */
export const SILENT_MS = 5 * 60_000;

/**
 * Whether the holder of a lock is still at work. Its pid tells, where it means the same as here, together with when
 * that process began, for pids are used again. From another machine or container only the sign of life counts that a
 * holder gives every half minute.
 * @param silentMs since that sign, by the clock of the file system
 */
export const isAlive = (claim: Claim, processes: ProcessTable, silentMs: number): boolean => {
  if (claim.place !== processes.place) return silentMs < SILENT_MS;
  if (!processes.isRunning(claim.pid)) return false;
  const started = processes.startOf(claim.pid);
  if (started !== null && claim.process_started !== null) return started === claim.process_started;
  return silentMs < SILENT_MS;
};

type Kill = (pid: number, signal: 0) => boolean;

/** The processes of this machine, from /proc where there is one. @param kill the process's own */
export const processTable = (kill: Kill): ProcessTable => ({
  place: place(),
  isRunning: (pid) => {
    const state = procStat(pid)?.[0];
    // A dead process whose parent does not care stays in the table, as in containers without an init.
    if (state === 'Z' || state === 'X') return false;
    try {
      return kill(pid, 0);
    } catch (error) {
      // Somebody else's process: it runs.
      return error instanceof Error && 'code' in error && error.code === 'EPERM';
    }
  },
  startOf: (pid) => procStat(pid)?.[19] ?? null,
});

const place = (): string => {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
};

/** The fields of /proc/<pid>/stat from the third, the state, on; the second, the name, may hold anything. */
const procStat = (pid: number): readonly string[] | null => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
};
