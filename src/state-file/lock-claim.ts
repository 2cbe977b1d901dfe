import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { z } from 'zod';
import { codeOf } from '../errors.ts';

const claimSchema = z.object({
  token: z.string().regex(/^[0-9a-f]{8}$/),
  pid: z.number().int().positive(),
  host: z.string(),
  place: z.string(),
  process_started: z.string().nullable(),
  since: z.string(),
});

/** What a lock file says about its holder. `place` is where its pid is valid: one boot of a kernel, one container. */
export type Claim = z.infer<typeof claimSchema>;

/** A claim as a lock file holds it. */
export const claimText = (claim: Claim): string => `${JSON.stringify(claim)}\n`;

/** @returns null when the text is not a claim of this program */
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
  /** When a process began, in the system's own unit; null where the system does not say. */
  readonly startOf: (pid: number) => string | null;
}

/** A holder counts as dead after this long without a sign of life, when there is no other way to know. */
export const SILENT_MS = 5 * 60_000;

/**
 * Whether the holder of a lock is still running. In the same place, its pid and the start of that process show it. The
 * start is needed because the system uses pids again. For a holder on another machine or in another container, only its
 * sign of life counts. A holder gives one every half minute.
 * @param silentMs milliseconds since the last sign of life, by the clock of the file system
 */
export const isAlive = (claim: Claim, processes: ProcessTable, silentMs: number): boolean => {
  if (claim.place !== processes.place) return silentMs < SILENT_MS;
  if (!processes.isRunning(claim.pid)) return false;
  const started = processes.startOf(claim.pid);
  if (started !== null && claim.process_started !== null) return started === claim.process_started;
  return silentMs < SILENT_MS;
};

type Kill = (pid: number, signal: 0) => boolean;

/** The processes of this machine, read from /proc where there is one. @param kill the `kill` of this process */
export const processTable = (kill: Kill): ProcessTable => ({
  place: place(),
  isRunning: (pid) => {
    const state = procStat(pid)?.[0];
    // A dead process stays in the table until its parent collects it. In a container without an init, nothing does.
    if (state === 'Z' || state === 'X') return false;
    try {
      return kill(pid, 0);
    } catch (error) {
      // The process belongs to another user, so it is running.
      return codeOf(error) === 'EPERM';
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

/** The fields of /proc/<pid>/stat from the third (the state) on. The second, the name, may hold any characters. */
const procStat = (pid: number): readonly string[] | null => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
};
