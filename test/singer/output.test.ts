import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { ReaderGoneError } from '../../src/errors.ts';
import { createOutput } from '../../src/singer/output.ts';

test('a write is done when it resolves', async () => {
  const taken: string[] = [];
  const slow = new Writable({
    decodeStrings: false,
    write: (chunk, _encoding, done) => {
      setImmediate(() => {
        taken.push(chunk);
        done();
      });
    },
  });

  await createOutput(slow).write('one');

  expect(taken).toEqual(['one']);
});

test('a reader that has ended and a full disk give different errors', async () => {
  const failing = (code: string) =>
    new Writable({ write: (_chunk, _encoding, done) => done(Object.assign(new Error(code), { code })) });

  const gone = createOutput(failing('EPIPE'));
  const full = createOutput(failing('ENOSPC'));

  await expect(gone.write('x')).rejects.toThrow(ReaderGoneError);
  await expect(gone.write('again')).rejects.toThrow(ReaderGoneError);
  await expect(full.write('x')).rejects.toThrow('cannot write the output: ENOSPC');
});

test('a stream that is destroyed during a write ends all waiting', async () => {
  const stuck = new Writable({ write: () => undefined });
  const output = createOutput(stuck);

  const writing = output.write('x');
  stuck.destroy();

  await expect(writing).rejects.toThrow(ReaderGoneError);
  await expect(output.write('y')).rejects.toThrow(ReaderGoneError);
});

test('a real pipe whose reader ends gives ReaderGoneError and no crash', async () => {
  const reader = spawn(process.execPath, ['-e', 'process.exit()'], { stdio: ['pipe', 'ignore', 'ignore'] });
  const output = createOutput(reader.stdin);
  await once(reader, 'exit');

  const writing = (async () => {
    for (;;) await output.write('x'.repeat(100_000));
  })();

  await expect(writing).rejects.toThrow(ReaderGoneError);
});
