import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ReaderGoneError } from '../../src/errors.ts';
import type { Output } from '../../src/singer/output.ts';
import { selectStreams } from '../../src/singer/selection.ts';
import { MessageWriter, type WriteRecord } from '../../src/singer/writer.ts';
import { people, roles } from './example-streams.ts';

const NOW = '2026-01-01T00:00:00.000000Z';

const put =
  (json: string): WriteRecord =>
  (out) =>
    out.text(json);

const createMemory = (pause: () => Promise<void> = () => Promise.resolve()) => {
  const writes: string[] = [];
  const output: Output = {
    write: async (text) => {
      await pause();
      writes.push(text.toString());
    },
  };
  const lines = () => writes.join('').split('\n').slice(0, -1);
  return { writer: new MessageWriter(output), writes, lines };
};

test('a SCHEMA has the keys, and bookmark properties only for an incremental stream', async () => {
  const { writer, lines } = createMemory();
  const offered = [people, { ...roles, selectedByDefault: true }];

  for (const stream of selectStreams(offered, null).streams) await writer.schema(stream);
  await writer.flush();

  const [first, second] = lines().map((line): unknown => JSON.parse(line));
  expect(first).toMatchObject({
    type: 'SCHEMA',
    stream: 'people',
    key_properties: ['id'],
    bookmark_properties: ['date_updated'],
  });
  expect(second).toEqual({ type: 'SCHEMA', stream: 'roles', key_properties: ['id'], schema: roles.schema });
});

test('messages are compact lines with what the protocol requires', async () => {
  const { writer, lines } = createMemory();

  writer.records('people', [put('{"id":"1"}')], NOW);
  writer.records('roles', [put('{"id":"2"}')], NOW, 7);
  await writer.activateVersion('roles', 7);
  await writer.state({ bookmarks: {} });
  await writer.flush();

  expect(lines()).toEqual([
    `{"type":"RECORD","stream":"people","record":{"id":"1"},"time_extracted":"${NOW}"}`,
    `{"type":"RECORD","stream":"roles","record":{"id":"2"},"version":7,"time_extracted":"${NOW}"}`,
    '{"type":"ACTIVATE_VERSION","stream":"roles","version":7}',
    '{"type":"STATE","value":{"bookmarks":{}}}',
  ]);
});

test('a state is written again only if it is new or forced', async () => {
  const { writer, lines } = createMemory();
  const state = { bookmarks: { people: { at: 1 } } };

  await writer.state(state);
  await writer.state(structuredClone(state));
  state.bookmarks.people.at = 2;
  await writer.state(state);
  await writer.state(state, { force: true });
  await writer.flush();

  expect(lines()).toHaveLength(3);
});

test('small messages stay in the buffer until they are flushed or there are many', async () => {
  const { writer, writes } = createMemory();

  writer.records('people', [put('{}')], NOW);
  const before = writes.length;
  writer.records(
    'people',
    Array.from({ length: 10_000 }, () => put('{"id":"1"}')),
    NOW,
  );
  await writer.room();

  expect(before).toBe(0);
  expect(writes.length).toBeGreaterThan(1);
  expect(Math.max(...writes.map((text) => text.length))).toBeLessThan(256 * 1024);
});

test('a caller that writes while the output is slow waits for it', async () => {
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const { writer } = createMemory(() => gate);
  let written = false;

  writer.records('people', [put('x'.repeat(200_000))], NOW);
  const writing = writer.room().then(() => {
    written = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  const early = written;
  open();
  await writing;

  expect(early).toBe(false);
  expect(written).toBe(true);
});

test('there is room for a page until more than 512 KiB wait for the output, and again when it has taken them', async () => {
  let take: () => void = () => {};
  const taken = new Promise<void>((resolve) => {
    take = resolve;
  });
  const { writer } = createMemory(() => taken);
  const row = put(`"${'x'.repeat(600 * 1024)}"`);
  let hasRoom = false;

  await writer.roomForPage();
  writer.records('people', [row], NOW);
  const room = writer.roomForPage().then(() => {
    hasRoom = true;
  });
  await new Promise((resolve) => setImmediate(resolve));

  expect(hasRoom).toBe(false);
  take();
  await room;
  await writer.roomForPage();
});

test('messages are written completely and in the order of the calls, even of many callers at once', async () => {
  const calls = fc.array(
    fc.record({ stream: fc.constantFrom('a', 'b'), sizes: fc.array(fc.integer({ min: 1, max: 90_000 })) }),
    { maxLength: 12 },
  );
  await fc.assert(
    fc.asyncProperty(calls, async (pages) => {
      const { writer, lines } = createMemory(() => new Promise((resolve) => setImmediate(resolve)));
      const expected = pages.flatMap(({ stream, sizes }, page) => [
        ...sizes.map((size) => `${stream} ${page} ${size}`),
        `state ${page}`,
      ]);

      await Promise.all(
        pages.flatMap(({ stream, sizes }, page) => [
          writer.records(
            stream,
            sizes.map((size) => put(JSON.stringify({ page, fill: 'x'.repeat(size) }))),
            NOW,
          ),
          writer.room(),
          writer.state({ page }),
        ]),
      );
      await writer.flush();

      const seen = lines().map((line) => {
        const message = JSON.parse(line);
        return message.type === 'STATE'
          ? `state ${message.value.page}`
          : `${message.stream} ${message.record.page} ${message.record.fill.length}`;
      });
      expect(seen).toEqual(expected);
    }),
    { numRuns: 30 },
  );
});

test('a record that cannot be written leaves no text', async () => {
  const { writer, lines } = createMemory();
  const bad: WriteRecord = (out) => {
    out.text('{"half":');
    throw new Error('bad row');
  };

  expect(() => writer.records('people', [put('{"id":"1"}'), bad], NOW)).toThrow('bad row');
  await writer.state({ bookmarks: {} });
  await writer.flush();

  expect(lines().map((line) => JSON.parse(line).type)).toEqual(['RECORD', 'STATE']);
});

test('when the reader has ended, every caller gets the error, then and later', async () => {
  const output: Output = { write: () => Promise.reject(new ReaderGoneError('gone')) };
  const writer = new MessageWriter(output);
  writer.records('people', [put('{}')], NOW);

  const both = await Promise.allSettled([writer.flush(), writer.flush()]);

  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await expect(writer.flush()).rejects.toThrow(ReaderGoneError);
});
