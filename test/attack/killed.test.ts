import { afterEach, describe, expect, test } from 'vitest';
import { configFor } from '../e2e/account.ts';
import { syncHere } from '../e2e/run-main.ts';
import { type Message, runTap, type TapState } from '../e2e/run-tap.ts';
import { createOrganisation } from '../sandbox/organisation.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';
import { deliveryOf, lacking, standingOf, together } from './delivery.ts';
import { type InProcessRun, syncInProcess } from './sync-in-process.ts';

let sandbox: Sandbox;
afterEach(() => sandbox.close());

interface Boundary {
  readonly state: TapState | undefined;
  /** All that left before the next state: whoever is killed later than at its beginning has delivered more. */
  readonly delivered: readonly Message[];
}

/**
 * Where a killed run may leave off. Between two states the one that is resumed from stays the same and what was
 * delivered only grows, so the moment right after each state stands for all boundaries up to the next.
 */
const boundaries = (messages: readonly Message[]): readonly Boundary[] => [
  { state: undefined, delivered: [] },
  ...messages.flatMap((message, index) =>
    message.type === 'STATE' ? [{ state: message.value, delivered: messages.slice(0, index + 1) }] : [],
  ),
];

const TUNING = { page_size: 20, max_concurrency: 4 };

/** Records of a stream that a run delivered although an earlier one had. */
const repeatedOf = (stream: string, before: readonly Message[], run: InProcessRun) => {
  const earlier = deliveryOf(before).ids(stream);
  return [...run.latest(stream).values()].filter(({ id }) => earlier.has(String(id)));
};

/** The same of all streams that a bookmark leads through. */
const repeated = (before: readonly Message[], run: InProcessRun): number =>
  ['leads', 'tasks', 'event_log'].reduce((sum, stream) => sum + repeatedOf(stream, before, run).length, 0);

const DAY_MS = 86_400_000;

/** Activities that are neither read anew each time, being of the last day, nor yet to take place, as meetings are. */
const settledActivities = (before: readonly Message[], run: InProcessRun): number =>
  repeatedOf('activities', before, run).filter(
    ({ date_created: created }) => Date.parse(String(created)) < Date.now() - DAY_MS,
  ).length;

describe('a run that is cut off at any of its messages, with a state after each page', () => {
  test.each([
    ['objects spread over months', { objects: 500, leads: 90, tasks: 110, events: 160, seed: 8 }],
    [
      'objects that share their dates',
      {
        objects: 300,
        leads: 80,
        tasks: 90,
        events: 120,
        equalTimestamps: { leads: 70, tasks: 80, activities: 90, events: 70 },
        seed: 2,
      },
    ],
  ])('is completed by the run that resumes from its last state: %s', async (_, sizes) => {
    const organisation = createOrganisation(sizes);
    sandbox = await startSandbox(organisation, { unstableTies: true });
    const whole = await syncInProcess(sandbox, { config: TUNING, stateAfterEachPage: true });
    const all = boundaries(whole.messages);

    const incomplete: string[] = [];
    for (const [index, { state, delivered }] of all.entries()) {
      // Neighbours differ in a page; every fifth keeps this suite quick, the slow one tries them all.
      if (index % 5 !== 0 && index < all.length - 2) continue;
      const resumed = await syncInProcess(sandbox, { config: TUNING, state });
      const missing = lacking(together(deliveryOf(delivered), resumed), standingOf(organisation));
      // A first run asks for no more than Close keeps, however often it is cut off.
      const gaps = resumed.log.filter((line) => line.includes('Close keeps only'));
      incomplete.push(...[...missing, ...gaps].map((what) => `cut off at state ${index}: ${what}`));
    }

    expect(all.length).toBeGreaterThan(15);
    expect(incomplete).toEqual([]);
  });
});

describe('a large run that is killed', () => {
  test('reads again no more than what was under way, and what a second holds', async () => {
    const organisation = createOrganisation({
      leads: 1500,
      tasks: 1500,
      activities: 2000,
      contacts: 1,
      opportunities: 1,
      events: 300,
      seed: 5,
    });
    sandbox = await startSandbox(organisation);
    const config = { page_size: 50, max_concurrency: 4 };
    const whole = await syncInProcess(sandbox, { config, stateAfterEachPage: true });
    const all = boundaries(whole.messages);

    for (const share of [0.4, 0.8]) {
      const { state, delivered } = all[Math.floor(all.length * share)] ?? { state: undefined, delivered: [] };
      const resumed = await syncInProcess(sandbox, { config, state });

      expect(lacking(together(deliveryOf(delivered), resumed), standingOf(organisation))).toEqual([]);
      // Of three streams, as many pages as may be under way; the margin of events; the overlap of leads.
      const margin = 3 * config.page_size * config.max_concurrency;
      expect(repeated(delivered, resumed), `killed after ${share}`).toBeLessThanOrEqual(margin + 300);
      const known = deliveryOf(delivered).ids('activities').size;
      const again = settledActivities(delivered, resumed);
      expect(again, `of ${known} activities`).toBeLessThanOrEqual(config.page_size);
      expect(known).toBeGreaterThan(450);
    }
  });

  test('by SIGKILL, at message after message, loses nothing', async () => {
    const organisation = createOrganisation({ objects: 2000, seed: 6 });
    sandbox = await startSandbox(organisation);
    const wanted = standingOf(organisation);

    for (const at of [1, 1300]) {
      const killed = await runTap({
        config: configFor(sandbox),
        onLine: (_, count, child) => {
          if (count === at) child.kill('SIGKILL');
        },
      });
      const resumed = await syncHere({ config: configFor(sandbox), state: killed.lastState });

      expect([killed.signal, resumed.code]).toEqual(['SIGKILL', 0]);
      expect(lacking(together(deliveryOf(killed.messages), deliveryOf(resumed.messages)), wanted)).toEqual(
        [],
      );
    }
  });
});
