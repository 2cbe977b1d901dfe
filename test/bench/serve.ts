import { writeFileSync } from 'node:fs';
import { HAND_NAMES, HANDS } from '../sandbox/hands.ts';
import { createOrganisation } from '../sandbox/organisation.ts';
import { startSandbox } from '../sandbox/server.ts';
import type { Ask, Report } from './sandbox-process.ts';

/** Runs the sandbox in its own process, so that its work does not count as the tap's. The parent sends commands. */
const organisation = createOrganisation(JSON.parse(process.argv[2] ?? '{}'));
const sandbox = await startSandbox(organisation, { cursorSeconds: 3600 });

const report = (): Report => {
  const byPath: Record<string, { requests: number; rows: number }> = {};
  for (const { path, rows } of sandbox.requests) {
    const entry = byPath[path] ?? { requests: 0, rows: 0 };
    byPath[path] = { requests: entry.requests + 1, rows: entry.rows + rows };
  }
  return {
    requests: sandbox.requests.length,
    refused: sandbox.requests.filter(({ status }) => status === 429).length,
    byPath,
  };
};

/** One kind of change after the other, each time to another object. */
const change = (): void => {
  const number = sandbox.requests.length;
  const name = HAND_NAMES[number % HAND_NAMES.length];
  if (name) HANDS[name](organisation, number * 97);
};

const answer = (ask: Ask): unknown => {
  switch (ask.ask) {
    case 'set':
      if (ask.apiKeys) sandbox.options.apiKeys = [...ask.apiKeys];
      sandbox.options.latencyMs = ask.latencyMs ?? 0;
      sandbox.options.rateLimit = ask.rateLimit;
      sandbox.options.beforeRequest = ask.changing ? change : undefined;
      sandbox.requests.length = 0;
      return null;
    case 'report':
      return report();
    case 'ids':
      return ['lead', 'activity', 'task'].flatMap((kind) => organisation.ids(kind));
    case 'save': {
      const lines = sandbox.requests.map(({ method, path, params, body }) =>
        JSON.stringify({ method, path, params, body }),
      );
      writeFileSync(ask.file, lines.join('\n'));
      return null;
    }
  }
};

process.on('message', (ask: Ask) => process.send?.({ answer: answer(ask) }));
process.once('disconnect', () => void sandbox.close());
process.send?.({ answer: sandbox.url });
