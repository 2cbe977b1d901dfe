import type { Clock } from '../../src/clock.ts';
import { HAND_NAMES, HANDS } from '../sandbox/hands.ts';
import { createOrganisation, type Organisation } from '../sandbox/organisation.ts';
import { createRandom } from '../sandbox/random.ts';
import type { LoggedRequest, SandboxOptions } from '../sandbox/sandbox-options.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';

const MINUTE_MS = 60_000;
/** Always the same, so that dates fall on the same minutes and seconds. */
const NOW = Date.UTC(2026, 5, 10, 14, 20);

export interface Account {
  readonly sandbox: Sandbox;
  /** Changes the account before each request. */
  readonly live: (request: LoggedRequest) => void;
  /** The time of the account. A sleep moves it on at once. */
  readonly clock: Clock;
}

/** A clock that jumps instead of waiting. */
const jumpingClock = (organisation: Organisation): { jump: (ms: number) => void; clock: Clock } => {
  let now = organisation.clock();
  organisation.clock = () => now;
  const jump = (ms: number): void => {
    now += ms;
  };
  return { jump, clock: { now: () => now, sleep: async (ms) => jump(ms) } };
};

/**
 * An account that is large and busy enough for every probe to find an answer. Somebody has worked in it for forty minutes,
 * and works four seconds more before each request.
 */
export const busyAccount = async (traits: Partial<SandboxOptions>, seed = 3): Promise<Account> => {
  const organisation = createOrganisation({ now: NOW, objects: 1500, users: 30, seed });
  const { jump, clock } = jumpingClock(organisation);
  const sandbox = await startSandbox(organisation, {
    rateLimit: { limit: 1000, windowSeconds: 1 },
    idsInAllLists: true,
    ...traits,
  });
  const leads = organisation.ids('lead');
  const contacts = organisation.ids('contact');
  let turn = 0;
  const work = (): void => {
    turn += 1;
    // Each time another lead: Close would merge two changes of one lead into one event.
    organisation.update('lead', leads[turn % leads.length] ?? '', { name: `Lead ${turn}` });
    if (turn % 3 === 0)
      organisation.update('contact', contacts[turn % contacts.length] ?? '', { name: `Contact ${turn}` });
  };
  // A late index of the sandbox shows only changes that it was there to see.
  for (let minute = 0; minute < 80; minute += 1) {
    jump(MINUTE_MS / 2);
    work();
  }
  return {
    sandbox,
    clock,
    live: () => {
      jump(4_000);
      work();
    },
  };
};

/** The same, but people also create, change, merge and delete objects: three times between any two requests. */
export const restlessAccount = async (traits: Partial<SandboxOptions>, seed: number): Promise<Account> => {
  const account = await busyAccount(traits, seed);
  const { organisation } = account.sandbox;
  const random = createRandom(seed, 0xabc);
  return {
    ...account,
    live: (request) => {
      account.live(request);
      for (let times = 0; times < 3; times += 1)
        HANDS[random.pick(HAND_NAMES)](organisation, random.int(5000));
    },
  };
};

/** A small account in which nothing changes. */
export const smallAccount = async (traits: Partial<SandboxOptions>): Promise<Account> => {
  const organisation = createOrganisation({ now: NOW, objects: 150, users: 3, seed: 5 });
  const sandbox = await startSandbox(organisation, {
    rateLimit: { limit: 1000, windowSeconds: 1 },
    ...traits,
  });
  return { sandbox, clock: jumpingClock(organisation).clock, live: () => {} };
};

/** An account with hardly any objects, in which nothing changes. */
export const quietAccount = async (traits: Partial<SandboxOptions>): Promise<Account> => {
  const few = {
    leads: 1,
    contacts: 1,
    opportunities: 1,
    activities: 2,
    tasks: 1,
    events: 0,
    customObjects: 1,
  };
  const organisation = createOrganisation({ now: NOW, ...few, users: 1, seed: 4 });
  const sandbox = await startSandbox(organisation, {
    rateLimit: { limit: 1000, windowSeconds: 1 },
    ...traits,
  });
  return { sandbox, clock: jumpingClock(organisation).clock, live: () => {} };
};
