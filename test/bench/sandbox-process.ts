import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { RateLimit } from '../sandbox/rate-limit.ts';
import type { OrganisationOptions } from '../sandbox/sizes.ts';

export interface Behaviour {
  /** The keys that are valid from now on. Each has its own rate limit. */
  readonly apiKeys?: readonly string[];
  readonly latencyMs?: number;
  readonly rateLimit?: RateLimit;
  /** Whether the account changes before each answer. */
  readonly changing?: boolean;
}

export type Ask =
  | ({ readonly ask: 'set' } & Behaviour)
  | { readonly ask: 'report' }
  | { readonly ask: 'ids' }
  | { readonly ask: 'save'; readonly file: string };

export interface Report {
  readonly requests: number;
  readonly refused: number;
  readonly byPath: Readonly<Record<string, { readonly requests: number; readonly rows: number }>>;
}

export interface SandboxProcess {
  readonly url: string;
  /** Sets the options of the sandbox, and forgets the requests so far. */
  set(behaviour: Behaviour): Promise<void>;
  report(): Promise<Report>;
  /** The ids of the leads, activities and tasks that exist now. */
  ids(): Promise<readonly string[]>;
  /** Writes the requests so far to a file, one per line. */
  save(file: string): Promise<void>;
  close(): Promise<void>;
}

const SERVE = fileURLToPath(new URL('./serve.js', import.meta.url));

const answerOf = async (child: ChildProcess): Promise<unknown> => {
  const [message] = (await once(child, 'message')) as [{ answer: unknown }];
  return message.answer;
};

/** Starts a sandbox in another process. */
export const startSandboxProcess = async (sizes: OrganisationOptions): Promise<SandboxProcess> => {
  const child = fork(SERVE, [JSON.stringify(sizes)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const url = String(await answerOf(child));
  const ask = (what: Ask): Promise<unknown> => {
    const answer = answerOf(child);
    child.send(what);
    return answer;
  };
  return {
    url,
    set: async (behaviour) => {
      await ask({ ask: 'set', ...behaviour });
    },
    report: async () => (await ask({ ask: 'report' })) as Report,
    ids: async () => (await ask({ ask: 'ids' })) as readonly string[],
    save: async (file) => {
      await ask({ ask: 'save', file });
    },
    close: async () => {
      const closed = once(child, 'exit');
      child.disconnect();
      await closed;
    },
  };
};
