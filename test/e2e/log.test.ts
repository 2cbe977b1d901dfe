import { afterEach, describe, expect, test } from 'vitest';
import { createOrganisation } from '../sandbox/organisation.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';
import { configFor } from './account.ts';
import { runBinary, runTap } from './run-tap.ts';

let sandbox: Sandbox | undefined;
afterEach(async () => {
  await sandbox?.close();
  sandbox = undefined;
});

describe('a variable about the log', () => {
  test.each([
    ['LOGLEVEL', 'verbose', 'NOTSET, DEBUG, INFO, WARN, WARNING, ERROR, FATAL, CRITICAL, SILENT'],
    ['TAP_CLOSEIO_LOGLEVEL', 'verbose', 'NOTSET, DEBUG, INFO, WARN, WARNING, ERROR, FATAL, CRITICAL, SILENT'],
    ['TAP_CLOSEIO_LOG_TIMESTAMPS', 'iso', '0, 1, TRUE, YES, ON, FALSE, NO, OFF'],
  ])('that makes no sense is told, and nothing is read: %s=%s', async (name, value, words) => {
    const { code, stderr, text } = await runBinary(['--config', 'none.json'], { env: { [name]: value } });

    expect([code, text, stderr]).toEqual([2, '', `CRITICAL ${name}: "${value}" is not one of ${words}\n`]);
  });
});

describe('the log of a sync', () => {
  test('is silent when it is to be', async () => {
    sandbox = await startSandbox(createOrganisation({ objects: 100 }));

    const { code, stderr } = await runTap({ config: configFor(sandbox), env: { LOGLEVEL: 'SILENT' } });

    expect([code, stderr]).toEqual([0, '']);
  });

  test('is dated when a variable asks for it', async () => {
    sandbox = await startSandbox(createOrganisation({ objects: 100 }));

    const { stderr } = await runTap({
      config: configFor(sandbox),
      env: { TAP_CLOSEIO_LOG_TIMESTAMPS: 'true' },
    });

    const lines = stderr.trimEnd().split('\n');
    expect(lines.filter((line) => !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ [A-Z]+ /.test(line))).toEqual([]);
  });
});
