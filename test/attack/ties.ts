import type { Table } from '../e2e/account.ts';
import { createOrganisation } from '../sandbox/organisation.ts';
import type { SandboxOptions } from '../sandbox/sandbox-options.ts';
import { startSandbox } from '../sandbox/server.ts';
import { lacking, standingOf, together } from './delivery.ts';
import { type InProcessRun, syncInProcess } from './sync-in-process.ts';

export const TIED = ['leads', 'activities', 'tasks', 'events'] as const;

const TABLE_OF: Readonly<Record<(typeof TIED)[number], Table>> = {
  leads: 'leads',
  activities: 'activities',
  tasks: 'tasks',
  events: 'event_log',
};

export interface Crossing {
  readonly first: InProcessRun;
  /** The ids that the runs have not written. */
  readonly missing: readonly string[];
  readonly requests: number;
}

/** Reads an account in which so many objects of one kind have exactly the same date, to the microsecond. */
export const crossTie = async (
  kind: (typeof TIED)[number],
  count: number,
  behaviour: Partial<SandboxOptions>,
): Promise<Crossing> => {
  const few = {
    leads: 20,
    activities: 20,
    tasks: 20,
    events: 0,
    contacts: 1,
    opportunities: 1,
    seed: 3,
    days: 25,
  };
  const organisation = createOrganisation({
    ...few,
    [kind]: count + 50,
    equalTimestamps: { [kind]: count },
  });
  const sandbox = await startSandbox(organisation, behaviour);
  try {
    const first = await syncInProcess(sandbox, {});
    const requests = sandbox.requests.length;
    // A run must name a second that it could not read. The next run must read it, if Close allows it then.
    const failed = first.failures.length > 0;
    if (failed) sandbox.options.maxSkip = { '*': 10_000_000 };
    const last = failed ? await syncInProcess(sandbox, { state: first.lastState }) : first;
    const missing = lacking(together(first, last), standingOf(organisation), [TABLE_OF[kind]]);
    return { first, missing, requests };
  } finally {
    await sandbox.close();
  }
};
