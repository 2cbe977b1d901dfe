import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createDefinitions } from '../../src/close/definitions.ts';
import { instantOf, type Row } from '../../src/close/row.ts';
import type { Api } from '../../src/close/walk.ts';
import { parseConfig } from '../../src/config/config.ts';
import type { ApiRequest } from '../../src/http/request.ts';
import { textWritten } from '../../src/json/lines.ts';
import { compileConform } from '../../src/schema/conform.ts';
import { loadSchema } from '../../src/schema/load-schema.ts';
import { compileValidate } from '../../src/schema/validate.ts';
import type { StreamDefinition } from '../../src/streams/define-stream.ts';
import { streams } from '../../src/streams/index.ts';
import type { Instant } from '../../src/time/instant.ts';
import { formatSecond, parseInstant } from '../../src/time/rfc3339.ts';
import { START } from '../../src/time/span.ts';
import { readWalk } from '../close/walk-context.ts';
import {
  createScriptedClose,
  type Exchange,
  FIXTURES,
  type Match,
  readExchanges,
  type ScriptedClose,
} from './scripted-close.ts';

/** `UPDATE_GOLDEN=1` writes the golden files again. Read them before you commit them. */
const UPDATE = process.env.UPDATE_GOLDEN === '1';
const DOCUMENTED = ['custom_fields', 'leads', 'activities', 'tasks', 'users', 'event_log'];

const instant = (text: string): Instant => parseInstant(text) ?? Number.NaN;
const FIRST = instant('2026-06-01T00:00:00Z');
const NOW = instant('2026-07-01T00:00:00Z');
const { config } = parseConfig({ api_key: 'api_1' }, 'config.json', NOW, '2.0.0');

const keyOf = ({ replication }: StreamDefinition): string | null =>
  replication.method === 'INCREMENTAL' ? replication.key : null;

interface Outcome {
  readonly rows: readonly Row[];
  /** The records as the target gets them. */
  readonly texts: readonly string[];
  readonly withoutId: number;
  readonly warnings: readonly string[];
}

/** Reads the definitions of custom fields, and then the stream with its own walk, and converts the rows as a sync does. */
const run = async (stream: StreamDefinition, api: Api, from: Instant): Promise<Outcome> => {
  const schema = loadSchema(stream.name);
  const definitions = createDefinitions({ api, page_size: null });
  const names = new Map<string, string>();
  for (const kind of stream.customFields ?? []) {
    for (const { id, name } of (await definitions.of(kind)).rows) names.set(id, String(name));
  }
  const conform = compileConform({
    schema,
    known: schema,
    ...stream.columns?.({ byId: names, onUnknown: () => {} }),
  });
  const columns = Object.keys(schema.properties);
  const clock = { now: () => NOW, latest: () => NOW, startedAt: () => NOW };
  const { rows, withoutId, warnings } = await readWalk(
    stream.walk,
    {
      api,
      definitions,
      stream: stream.name,
      max_concurrency: 4,
      leads_overlap_seconds: 0,
      columns,
      known: columns,
      ...clock,
    },
    { from },
  );
  return { rows, texts: rows.map((row) => textWritten((out) => conform(row, out))), withoutId, warnings };
};

const firstFrom = (stream: StreamDefinition): Instant =>
  keyOf(stream) === null ? START : FIRST - (stream.looksBackFromStart ? (stream.lookBack?.(config) ?? 0) : 0);

const firstRun = async (stream: StreamDefinition): Promise<Outcome & { readonly close: ScriptedClose }> => {
  const close = createScriptedClose(readExchanges(stream.name));
  return { ...(await run(stream, close, firstFrom(stream))), close };
};

describe('the list of streams', () => {
  test('has each name once', () => {
    const names = streams.map(({ name }) => name);

    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !/^[a-z]+(_[a-z]+)*$/.test(name))).toEqual([]);
  });

  test('reads only the documented streams by default', () => {
    const chosen = streams.filter(({ selectedByDefault }) => selectedByDefault !== false);

    expect(chosen.map(({ name }) => name).sort()).toEqual([...DOCUMENTED].sort());
  });

  test('has exactly one schema, fixture and golden file for each stream', () => {
    const names = streams.map(({ name }) => name).sort();
    const filesIn = (directory: URL, ending: string): string[] =>
      readdirSync(directory)
        .filter((file) => file.endsWith(ending))
        .map((file) => file.slice(0, -ending.length))
        .sort();

    expect(filesIn(new URL('../../schemas/', import.meta.url), '.json')).toEqual(names);
    expect(filesIn(FIXTURES, '.json')).toEqual(names);
    if (!UPDATE) expect(filesIn(FIXTURES, '.golden.jsonl')).toEqual(names);
  });
});

const isDate = (parameter: string): boolean => /__(gte|lt)$/.test(parameter);

const undated = (query: Readonly<Record<string, string>> = {}): string =>
  JSON.stringify(
    Object.entries(query)
      .filter(([name]) => !isDate(name))
      .sort(),
  );

/** The same exchanges, for requests with any dates. */
const butForDates: Match = (request, exchange) => undated(request.query) === undated(exchange.query);

const rowsOf = ({ answer }: Exchange): readonly unknown[] => Object(answer).data ?? [];

/** Makes one page of each list that is read by its dates, since requests with other dates would get other pages. */
const withDatedPagesJoined = (exchanges: readonly Exchange[]): Exchange[] =>
  exchanges.flatMap((exchange) => {
    const { method, path, query } = exchange;
    const pages = exchanges.filter(
      (other) => method === 'GET' && other.path === path && undated(other.query) === undated(query),
    );
    const last = pages.at(-1);
    if (last === undefined || pages.length === 1) return exchange;
    const rows = new Map(pages.flatMap(rowsOf).map((row) => [Object(row).id, row]));
    return exchange === last ? { ...last, answer: { ...Object(last.answer), data: [...rows.values()] } } : [];
  });

/** If a page has more rows, the next one begins further on. */
const butForSkips: Match = (request, exchange) => {
  const place = (query: Readonly<Record<string, string>> = {}): string =>
    JSON.stringify(Object.entries({ ...query, _skip: query._skip === undefined ? '' : 'later' }).sort());
  return place(request.query) === place(exchange.query);
};

/** The answers of a fixture, with each list of rows in them changed. */
const withLists = (
  exchanges: readonly Exchange[],
  change: (rows: readonly unknown[]) => unknown,
): Exchange[] => exchanges.map((exchange) => ({ ...exchange, answer: changeLists(exchange.answer, change) }));

const LISTS = ['data', 'organizations', 'memberships', 'inactive_memberships'];

const changeLists = (answer: unknown, change: (rows: readonly unknown[]) => unknown): unknown =>
  typeof answer !== 'object' || answer === null
    ? answer
    : Object.fromEntries(
        Object.entries(answer).map(([key, value]) =>
          LISTS.includes(key) && Array.isArray(value) ? [key, change(value)] : [key, value],
        ),
      );

/** Whether a request matches a name such as `GET /group/{id}/`. */
const isTo = (to: string, { method, path }: ApiRequest): boolean =>
  new RegExp(`^${to.replace(/\{\w+\}/g, '[^/]+')}$`).test(`${method} ${path}`);

const limitOf = ({ query, body }: ApiRequest): number => Number(query?._limit ?? Object(body)._limit);

/** What all pages of a list have in common: the next one begins at another row, or at another date. */
const withoutPage = ({ path, query = {} }: ApiRequest): string =>
  JSON.stringify([
    path,
    Object.entries(query).filter(([name]) => name !== '_limit' && name !== '_skip' && !isDate(name)),
  ]);

/** If an answer has fewer rows than were recorded, its count is smaller too. */
const withoutTotal = (answer: unknown): unknown =>
  typeof answer !== 'object' || answer === null ? answer : { ...answer, total_results: undefined };

describe.each(streams.map((stream) => [stream.name, stream] as const))('%s', (name, stream) => {
  const { properties } = loadSchema(name);
  const key = keyOf(stream);

  test('has keys that are in its schema and are never null', () => {
    expect(stream.keyProperties.length).toBeGreaterThan(0);
    for (const field of stream.keyProperties) expect(properties[field]?.type).toEqual(['string']);
    if (key !== null) expect(properties[key]).toMatchObject({ format: 'date-time' });
  });

  test('has a column for each field that Close always sends', () => {
    const promised = [...(stream.always ?? []), ...Object.keys(stream.instead ?? {})];

    expect(promised.filter((field) => !Object.hasOwn(properties, field))).toEqual([]);
    expect(new Set(promised).size).toBe(promised.length);
  });

  test('turns the recorded answers into the records of its golden file, and each is valid', async () => {
    const golden = new URL(`${name}.golden.jsonl`, FIXTURES);

    const { texts, close, withoutId, warnings } = await firstRun(stream);

    const text = texts.map((record) => `${record}\n`).join('');
    if (UPDATE || !existsSync(golden)) writeFileSync(golden, text);
    expect(text).toBe(readFileSync(golden, 'utf8'));
    expect(texts.length).toBeGreaterThan(0);
    expect(texts.flatMap((record) => compileValidate(loadSchema(name))(record) ?? [])).toEqual([]);
    expect([withoutId, warnings]).toEqual([0, []]);
    expect(close.left()).toEqual([]);
  });

  test('sends exactly the requests that it declares, as often and for as many rows as it says', async () => {
    const { close } = await firstRun(stream);
    const sent = close.requests.filter((request) => request.stream === name);

    expect(sent.filter((request) => !stream.requests.some(({ to }) => isTo(to, request)))).toEqual([]);
    for (const to of new Set(stream.requests.map((declared) => declared.to))) {
      const found = sent.filter((request) => isTo(to, request));
      const declared = stream.requests.filter((each) => each.to === to);
      const paged = declared.find(({ per }) => typeof per === 'number');
      // Each list is asked for once, apart from its pages.
      const lists = new Set(found.map(withoutPage)).size;
      const wanted = paged ? [paged] : declared;

      if (paged) expect([to, Math.max(...found.map(limitOf))]).toEqual([to, paged.per]);
      if (declared.some(({ per }) => typeof per === 'string')) expect(lists, to).toBeGreaterThan(1);
      else expect([to, lists]).toEqual([to, wanted.reduce((sum, { count = 1 }) => sum + count, 0)]);
    }
  });

  test('does not emit rows before the bookmark a second time', async () => {
    const first = await firstRun(stream);
    const dates = first.rows.flatMap((row) => (key === null ? [] : (instantOf(row, key) ?? [])));
    const bookmark = key === null ? START : Math.min(NOW, Math.max(...dates));
    const from = key === null ? START : bookmark - (stream.lookBack?.(config) ?? 0);
    const bound = formatSecond(Number.isFinite(from) ? from : NOW);
    const isRecent = (row: unknown): boolean => {
      const text = typeof row === 'object' && row !== null ? Reflect.get(row, key ?? '') : null;
      return typeof text !== 'string' || (parseInstant(text) ?? NOW) >= from;
    };
    let bounded = false;
    const close = createScriptedClose(
      withDatedPagesJoined(readExchanges(name)),
      butForDates,
      (exchange, request) => {
        if (key === null || !JSON.stringify([request.query, request.body]).includes(bound))
          return exchange.answer;
        bounded = true;
        const recent = changeLists(exchange.answer, (rows) => rows.filter(isRecent));
        return withoutTotal(recent);
      },
    );

    const second = await run(stream, close, from);

    if (key === null) {
      expect(second.texts).toEqual(first.texts);
      return;
    }
    const older = first.rows.filter((row) => !isRecent(row)).map(({ id }) => id);
    expect(older, 'a fixture with something to leave out').not.toEqual([]);
    expect(second.rows.filter(({ id }) => older.includes(id))).toEqual([]);
    expect(second.rows.length).toBeGreaterThan(0);
    // Either the server filters, or the walk itself.
    expect(bounded || second.rows.length < first.rows.length).toBe(true);
  });

  test('emits no credential, wherever it is in the row', async () => {
    const isRow = (row: unknown): row is object =>
      typeof row === 'object' && row !== null && !Array.isArray(row);
    const spoilt = (row: object): object => ({
      ...row,
      // Rows of some streams are parts of other rows.
      ...('statuses' in row && Array.isArray(row.statuses)
        ? { statuses: row.statuses.map((status) => spoilt(Object(status))) }
        : {}),
      signature_key: 'LEAK',
      nested: [
        {
          smtp: { password: 'LEAK' },
          access_token: 'LEAK',
          webhook_url: 'https://u:LEAK@h.example/LEAK?LEAK',
        },
      ],
      data: {
        ...Object(Reflect.get(row, 'data')),
        sip: { sip_password: 'LEAK' },
        download_url: 'https://h.example/LEAK',
      },
      previous_data: { refresh_token: 'LEAK', voicemail_pin: 271_828 },
    });
    const lists = withLists(readExchanges(name), (rows) =>
      rows.map((row) => (isRow(row) ? spoilt(row) : row)),
    );
    const exchanges = lists.map(({ answer, ...exchange }) => ({
      ...exchange,
      answer: isRow(answer) && 'id' in answer ? spoilt(answer) : answer,
    }));

    const { texts } = await run(stream, createScriptedClose(exchanges, butForSkips), firstFrom(stream));

    expect(texts.length).toBeGreaterThan(0);
    // Lists that send only named fields send nothing else.
    expect(texts.some((text) => text.includes('h.example'))).toBe(stream.smartFields === undefined);
    expect(texts.filter((text) => /LEAK|271828/.test(text))).toEqual([]);
    expect(texts.flatMap((record) => compileValidate(loadSchema(name))(record) ?? [])).toEqual([]);
  });

  test('counts rows without an id, and emits all others', async () => {
    const first = await firstRun(stream);
    const exchanges = withLists(readExchanges(name), (rows) => [...rows, { odd: 1 }, null]);
    const close = createScriptedClose(exchanges, butForSkips);

    const second = await run(stream, close, firstFrom(stream));

    expect(new Set(second.rows.map(({ id }) => id))).toEqual(new Set(first.rows.map(({ id }) => id)));
    expect(second.withoutId).toBeGreaterThan(0);
  });
});
