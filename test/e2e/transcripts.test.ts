import { afterEach, describe, expect, test } from 'vitest';
import { createOrganisation, type Organisation } from '../sandbox/organisation.ts';
import { type Transcripts, withTranscripts } from '../sandbox/rows/transcripts.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';
import { configFor } from './account.ts';
import { invalidRecords } from './invalid-records.ts';
import { syncHere } from './run-main.ts';
import type { TapRun } from './run-tap.ts';

let sandbox: Sandbox;
afterEach(() => sandbox.close());

const COLUMNS = ['recording_transcript', 'voicemail_transcript', 'transcripts'];

/** A catalog that a person may write: activities, and these fields too. */
const catalogOf = (fields: readonly string[], more: object = {}): object => ({
  streams: [
    {
      tap_stream_id: 'activities',
      metadata: [
        { breadcrumb: [], metadata: { selected: true } },
        ...fields.map((field) => ({
          breadcrumb: ['properties', field],
          metadata: { selected: true, ...more },
        })),
      ],
    },
  ],
});

/** The transcripts of each activity that has any, as text. */
const truthOf = (organisation: Organisation): Map<string, string> => {
  const truth = new Map<string, string>();
  for (const row of organisation.all('activity')) {
    const whole = withTranscripts(row);
    const texts = COLUMNS.map((column) => {
      const value = whole[column] ?? null;
      return value === null || (Array.isArray(value) && value.length === 0)
        ? null
        : tidy(JSON.stringify(value));
    });
    if (texts.some((text) => text !== null)) truth.set(String(row.id), JSON.stringify(texts));
  }
  return truth;
};

/** The text without U+0000 and half characters, which the tap repairs. */
const tidy = (text: string): string => text.replaceAll('\u0000', '').replaceAll(/\\u[0-9a-f]{4}|\ufffd/g, '');

const foundIn = (run: TapRun): Map<string, string> => {
  const found = new Map<string, string>();
  for (const [id, record] of run.latest('activities')) {
    const texts = COLUMNS.map((column) => {
      const text = record[column];
      return typeof text === 'string' ? tidy(text) : text;
    });
    if (texts.some((text) => text !== null)) found.set(id, JSON.stringify(texts));
  }
  return found;
};

const singles = (): number =>
  sandbox.requests.filter(({ path }) => /^\/activity\/(call|meeting)\/.+\/$/.test(path)).length;

describe.each<[Transcripts, string]>([
  ['lists', 'lists send them'],
  ['objects', 'only single objects send them'],
])('transcripts, where %s (%s)', (transcripts) => {
  test('are written if they are selected, also those of late changes', async () => {
    const organisation = createOrganisation({ objects: 1500, seed: 51 });
    sandbox = await startSandbox(organisation, { transcripts });
    const options = { config: configFor(sandbox), catalog: catalogOf(COLUMNS) };

    const first = await syncHere(options);

    const truth = truthOf(organisation);
    expect(first.code).toBe(0);
    expect(truth.size).toBeGreaterThan(20);
    expect(foundIn(first)).toEqual(truth);
    expect(invalidRecords(first)).toEqual([]);
    expect(sandbox.ignored).toEqual([]);
    if (transcripts === 'lists') expect(singles()).toBeLessThanOrEqual(60);

    const transcribed = [...truth.keys()].slice(0, 12);
    for (const id of transcribed) organisation.update('activity', id, { note: 'edited' });

    const second = await syncHere({ ...options, state: first.lastState });

    const now = truthOf(organisation);
    for (const id of transcribed) expect(foundIn(second).get(id), id).toBe(now.get(id));
  });
});

test('transcripts take no requests and have no column if they are not selected', async () => {
  const organisation = createOrganisation({ objects: 600, seed: 52 });
  sandbox = await startSandbox(organisation);
  // A catalog of an older version, which offered them like any other column.
  const old = { selected: undefined, 'selected-by-default': true };

  const runs = [
    await syncHere({ config: configFor(sandbox) }),
    await syncHere({ config: configFor(sandbox), catalog: catalogOf([]) }),
    await syncHere({ config: configFor(sandbox), catalog: catalogOf(COLUMNS, old) }),
  ];

  for (const run of runs) {
    const schema = run.messages.find(
      ({ type, stream }) => type === 'SCHEMA' && stream === 'activities',
    )?.schema;
    expect(run.code).toBe(0);
    expect(Object.keys(schema?.properties ?? {})).toContain('recording_url');
    expect(Object.keys(schema?.properties ?? {}).filter((name) => COLUMNS.includes(name))).toEqual([]);
  }
  expect(sandbox.requests.filter(({ params }) => '_fields' in params)).toEqual([]);
});

test('there is a warning if Close does not send transcripts, after a limited number of requests', async () => {
  const organisation = createOrganisation({ objects: 1500, seed: 53 });
  sandbox = await startSandbox(organisation, { transcripts: 'nowhere' });

  const run = await syncHere({ config: configFor(sandbox), catalog: catalogOf(['recording_transcript']) });

  expect(run.code).toBe(0);
  expect(run.stderr.match(/^WARNING .*recording_transcript.*deselect/gm)).toHaveLength(1);
  expect(singles()).toBe(20);
});
