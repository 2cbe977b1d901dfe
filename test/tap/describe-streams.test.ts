import { expect, test } from 'vitest';
import { streams } from '../../src/streams/index.ts';
import { describeStreams } from '../../src/tap/describe-streams.ts';

const described = describeStreams(streams, { withDeletes: true });

test('the note of a stream begins with what one row is, which its schema does not carry', () => {
  const leads = described.find(({ name }) => name === 'leads');

  expect(leads?.note).toMatch(
    /^One row for each lead: .+ Read from POST \/data\/search\/, GET \/lead\/\. Requests a run: /,
  );
  expect(Object.keys(leads?.schema ?? {})).toEqual(['type', 'properties']);
});

/** `meltano invoke` hangs on a line of 64 KiB; custom fields need room too. */
test('the descriptions leave room on the line of a SCHEMA message', () => {
  const sizes = described.map(
    ({ name, schema }) => [name, Buffer.byteLength(JSON.stringify(schema))] as const,
  );

  expect(sizes.filter(([, size]) => size > 45_000)).toEqual([]);
});
