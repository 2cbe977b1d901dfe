import { PassThrough, Readable, Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { readLines } from '../../src/pipeline/output-lines.ts';
import { pumpLines } from '../../src/pipeline/whole-lines.ts';

const watch = { wait: () => {}, moved: () => {} };
const from = (...chunks: string[]) => Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
const sink = () => {
  const written: string[] = [];
  const to = new Writable({
    highWaterMark: 1,
    write: (chunk, _, done) => {
      written.push(String(chunk));
      setImmediate(done);
    },
  });
  return { to, written };
};

test('only whole lines are passed on, in whatever pieces they come', async () => {
  const { to, written } = sink();

  const pumped = await pumpLines(from('a', 'b\nc', '\n\nd\ne', 'f'), to, watch);

  expect(written.every((text) => text.endsWith('\n'))).toBe(true);
  expect(written.join('')).toBe('ab\nc\n\nd\n');
  expect(pumped).toEqual({ bytes: 8, cut: true, readerGone: false });
});

test.each([
  ['before anything was written', true],
  ['while it is waited for', false],
])('a reader that goes away %s ends the handing on, though nothing more comes', async (_when, early) => {
  const source = new PassThrough();
  source.write('line\n');
  const to = new Writable({ highWaterMark: 1, write: () => {} });
  if (early) {
    to.destroy();
    await new Promise((resolve) => to.once('close', resolve));
  }

  const pumping = pumpLines(source, to, { wait: () => setImmediate(() => to.destroy()), moved: () => {} });

  expect(await pumping).toMatchObject({ readerGone: true });
  expect(source.destroyed).toBe(true);
});

test('lines are read completely, also across chunks, with characters of several bytes, and without a last line break', async () => {
  const bytes = Buffer.from('\u00e9a\n\nb\u20acc');
  const lines: string[] = [];

  await readLines(
    Readable.from([...bytes].map((byte) => Buffer.from([byte]))),
    (line) => void lines.push(line),
  );

  expect(lines).toEqual(['\u00e9a', '', 'b\u20acc']);
});

test('an error in handling a line does not count as the end of the output', async () => {
  const reading = readLines(from('a\n'), () => {
    throw new TypeError('a mistake of ours');
  });

  await expect(reading).rejects.toThrow('a mistake of ours');
});
