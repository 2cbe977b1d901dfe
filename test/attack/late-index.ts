import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../src/clock.ts';
import { createOrganisation, type Organisation } from '../sandbox/organisation.ts';
import type { SandboxOptions } from '../sandbox/sandbox-options.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';
import { type Delivery, together } from './delivery.ts';
import { syncInProcess } from './sync-in-process.ts';

/** The streams of this attack, each with the sandbox's name for its objects. */
const KINDS = {
  leads: 'lead',
  contacts: 'contact',
  opportunities: 'opportunity',
  custom_objects: 'custom_object',
} as const;
type Stream = keyof typeof KINDS;
const STREAMS = Object.keys(KINDS) as Stream[];

const MINUTE = 60_000;
const START = Date.parse('2026-06-15T04:00:00Z');

export interface LateIndex {
  readonly seed: number;
  readonly lagMs: number;
  readonly style: SandboxOptions['indexLagStyle'];
  readonly uneven: boolean;
  /** Whether the key may read the event log. `selected`: the stream event_log is read too. */
  readonly events: 'selected' | 'readable' | 'refused';
  /** The minutes between two runs while the index is late. */
  readonly every: number;
  /** Whether the index is late in the first run already, which has no state. */
  readonly fromTheStart: boolean;
  readonly config?: object;
  readonly options?: Partial<SandboxOptions>;
}

/** An object that a target would not hold in Close's version. */
type Wrong = string;

export interface LateOutcome {
  readonly wrong: readonly Wrong[];
  readonly failures: readonly string[];
  /** The requests of one more run, in which nothing is new. */
  readonly idle: number;
  readonly log: readonly string[];
}

const pick = (organisation: Organisation, kind: string, which: number): string => {
  const ids = organisation.ids(kind);
  return ids[which % Math.max(1, ids.length)] ?? '';
};

/** Changes that people make in some minutes. */
export const work = (organisation: Organisation, turn: number): void => {
  organisation.update('lead', pick(organisation, 'lead', turn * 7), { description: `turn ${turn}` });
  organisation.update('contact', pick(organisation, 'contact', turn * 5), { title: `turn ${turn}` });
  organisation.update('opportunity', pick(organisation, 'opportunity', turn * 3), { note: `turn ${turn}` });
  organisation.update('custom_object', pick(organisation, 'custom_object', turn * 3), {
    name: `turn ${turn}`,
  });
  organisation.create('activity', { _type: 'Note', lead_id: pick(organisation, 'lead', turn * 11 + 1) });
  if (turn % 2 === 0) organisation.create('lead', { name: `Lead of turn ${turn}` });
  if (turn % 3 === 0) organisation.create('contact', { lead_id: pick(organisation, 'lead', turn * 13) });
  if (turn % 4 === 1)
    organisation.create('custom_object', { lead_id: pick(organisation, 'lead', turn * 13) });
  if (turn % 5 === 2) organisation.create('opportunity', { lead_id: pick(organisation, 'lead', turn * 17) });
  if (turn % 6 === 3) organisation.remove('lead', pick(organisation, 'lead', turn * 19));
};

const wrongOf = (held: Delivery, truth: Delivery, organisation: Organisation): Wrong[] =>
  STREAMS.flatMap((stream) =>
    organisation.ids(KINDS[stream]).flatMap((id) => {
      const record = held.latest(stream).get(id);
      if (record === undefined) return [`${stream} ${id}: missing`];
      const same = JSON.stringify(record) === JSON.stringify(truth.latest(stream).get(id));
      return same ? [] : [`${stream} ${id}: not as Close has it`];
    }),
  );

/** The time moves only if the attack moves it, or a run sleeps, which it does only to read again later. */
export const stoppedClock = (now: () => number): Clock => ({
  now,
  sleep: (_, signal) => delay(5, undefined, signal ? { signal } : {}),
});

/** Runs while the index is late, then one run when it is complete, and what a target would hold then. */
export const lateIndex = async (given: LateIndex): Promise<LateOutcome> => {
  let now = START;
  const clock = stoppedClock(() => now);
  const organisation = createOrganisation({
    seed: given.seed,
    now,
    leads: 60,
    contacts: 60,
    opportunities: 25,
    customObjects: 25,
    activities: 40,
    tasks: 10,
    events: 20,
    days: 60,
  });
  organisation.clock = () => now;
  const sandbox: Sandbox = await startSandbox(organisation, {
    indexLagStyle: given.style,
    indexUneven: given.uneven,
    eventAccess: given.events === 'refused' ? 'none' : 'admin',
    ...given.options,
  });
  const streams = [...STREAMS, 'activities', ...(given.events === 'selected' ? ['event_log'] : [])];
  const failures: string[] = [];
  const log: string[] = [];
  const read = async (state: object | undefined) => {
    const run = await syncInProcess(sandbox, { clock, streams, state, config: given.config ?? {} });
    failures.push(...run.failures.map(({ stream, reason }) => `${stream}: ${reason}`));
    log.push(...run.log);
    return run;
  };
  try {
    const runs = given.fromTheStart ? [] : [await read(undefined)];
    sandbox.options.indexLagMs = given.lagMs;
    for (let turn = 0; turn < 40; turn += 1) {
      now += 6 * MINUTE;
      work(organisation, turn);
      if ((turn * 6) % given.every >= 6) continue;
      now += 2_000;
      runs.push(await read(runs.at(-1)?.lastState));
    }
    sandbox.options.indexLagMs = 0;
    now += 30 * MINUTE;
    runs.push(await read(runs.at(-1)?.lastState));

    const truth = await read(undefined);
    const before = sandbox.requests.length;
    now += MINUTE;
    await read(runs.at(-1)?.lastState);
    const idle = sandbox.requests.length - before;
    return { wrong: wrongOf(together(...runs), truth, organisation), failures, idle, log };
  } finally {
    await sandbox.close();
  }
};
