import { expect, test } from 'vitest';
import { createOrganisation } from '../sandbox/organisation.ts';
import { startSandbox } from '../sandbox/server.ts';
import { configFor, idsOf, missingFrom } from './account.ts';
import { runMain, syncHere } from './run-main.ts';

const MIB = 1024 * 1024;

test('a container with too little memory for one page of Close is a mistake that says what to do', async () => {
  const run = await runMain(['--discover'], { containerBytes: 48 * MIB });

  expect(run).toMatchObject({
    code: 2,
    text: '',
    stderr:
      'CRITICAL this container may use 48 MiB, which is too little memory for one page of Close; give it 64 MiB or more\n',
  });
});

test('a page too large for the container ends its stream with a sentence, and the others go on', async () => {
  const organisation = createOrganisation({ objects: 300, seed: 17 });
  const padding = `"zz":"${'x'.repeat(3 * MIB)}",`;
  const sandbox = await startSandbox(organisation, {
    onAnswer: (text, { path }) => (path === '/task/' ? text.replace('"id":', `${padding}"id":`) : text),
  });
  try {
    const run = await syncHere({ config: configFor(sandbox), containerBytes: 128 * MIB });

    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(
      /^CRITICAL tasks is not complete: GET \/task\/: the answer is larger than 3 MiB, more than the memory limit/m,
    );
    expect(missingFrom(run.ids('leads'), idsOf(organisation, 'leads'))).toEqual([]);
    expect(missingFrom(run.ids('activities'), idsOf(organisation, 'activities'))).toEqual([]);
  } finally {
    await sandbox.close();
  }
});
