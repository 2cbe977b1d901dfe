import { afterEach, expect, test } from 'vitest';
import { configFor } from '../e2e/account.ts';
import { runTap } from '../e2e/run-tap.ts';
import { createOrganisation } from '../sandbox/organisation.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';
import { deliveryOf, lacking, standingOf, together } from './delivery.ts';

let sandbox: Sandbox;
afterEach(() => sandbox.close());

const killedAt = async (at: number, more: object): Promise<readonly string[]> => {
  const killed = await runTap({
    config: configFor(sandbox, more),
    onLine: (_, count, child) => {
      if (count === at) child.kill('SIGKILL');
    },
  });
  const resumed = await runTap({ config: configFor(sandbox, more), state: killed.lastState });
  expect(resumed.code).toBe(0);
  return lacking(
    together(deliveryOf(killed.messages), deliveryOf(resumed.messages)),
    standingOf(sandbox.organisation),
  ).map((what) => `killed at ${at}: ${what}`);
};

test('SIGKILL after every message of a small run', async () => {
  sandbox = await startSandbox(createOrganisation({ objects: 100, events: 30, seed: 7 }));
  const more = { page_size: 5, max_concurrency: 2 };
  const { messages } = await runTap({ config: configFor(sandbox, more) });

  const lost: string[] = [];
  for (let at = 1; at <= messages.length; at += 1) lost.push(...(await killedAt(at, more)));

  expect(lost).toEqual([]);
});

test('SIGKILL at random points of a large run', async () => {
  sandbox = await startSandbox(createOrganisation({ objects: 20_000, seed: 8 }));

  const lost: string[] = [];
  for (let turn = 0; turn < 12; turn += 1)
    lost.push(...(await killedAt(Math.ceil(Math.random() * 18_000), {})));

  expect(lost).toEqual([]);
});
