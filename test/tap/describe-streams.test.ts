import { expect, test } from 'vitest';
import { streams } from '../../src/streams/index.ts';
import { describeStreams } from '../../src/tap/describe-streams.ts';

const described = describeStreams(streams, { emit_deletes: true });

test('the note of a stream begins with what a row is, and its schema does not say it again', () => {
  const leads = described.find(({ name }) => name === 'leads');

  expect(leads?.note).toMatch(
    /^One row for each lead: .+ Read from POST \/data\/search\/, GET \/lead\/\. Requests per run: /,
  );
  expect(Object.keys(leads?.schema ?? {})).toEqual(['type', 'properties']);
});

/** `meltano invoke` hangs on a line of 64 KiB, and custom fields need room too. */
test('the descriptions leave enough room in the line of a SCHEMA message', () => {
  const sizes = described.map(
    ({ name, schema }) => [name, Buffer.byteLength(JSON.stringify(schema))] as const,
  );

  expect(sizes.filter(([, size]) => size > 45_000)).toEqual([]);
});
