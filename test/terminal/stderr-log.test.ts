import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRedaction } from '../../src/terminal/redact.ts';
import { createLog, type LogOptions } from '../../src/terminal/stderr-log.ts';

const SECRET = 'api_5gtFTBJ7.3qDzfSTzqYz9';

const logTo = (options: Partial<LogOptions> = {}) => {
  const written: string[] = [];
  const log = createLog({
    write: (text) => written.push(text),
    level: 'info',
    format: 'plain',
    timestamps: false,
    metrics: true,
    redact: createRedaction([SECRET]),
    pid: 42,
    clock: { now: () => 1_700_000_000_500 },
    loggerName: 'tap-closeio',
    ...options,
  });
  return { log, written };
};

const METRIC = {
  type: 'timer',
  metric: 'http_request_duration',
  value: 1.23,
  tags: { endpoint: 'leads', stream: 'leads', http_status_code: 200, status: 'succeeded' },
} as const;

test('no metric is written if metrics are off', () => {
  const { log, written } = logTo({ metrics: false });

  log.metric(METRIC);

  expect(written).toEqual([]);
});

test('every line of a plain message begins with the level', () => {
  const { log, written } = logTo();

  log.info('reading');
  log.critical('this went wrong\r\nand that');
  log.warning('is slow', 'leads');
  log.warning('leads: is slow', 'leads');

  expect(written).toEqual([
    'INFO reading\n',
    'CRITICAL this went wrong\nCRITICAL and that\n',
    'WARNING leads: is slow\n',
    'WARNING leads: is slow\n',
  ]);
});

test('messages below the level are not written, and metrics are at level info', () => {
  const { log, written } = logTo({ level: 'warning' });

  log.debug('a');
  log.info('b');
  log.metric(METRIC);
  log.warning('c');
  log.error('d');

  expect(written).toEqual(['WARNING c\n', 'ERROR d\n']);
});

test('a line with a timestamp begins with the time, to the second', () => {
  const { log, written } = logTo({ timestamps: true });

  log.warning('one\ntwo');
  log.summary('done');

  expect(written).toEqual([
    '2023-11-14T22:13:20Z WARNING one\n2023-11-14T22:13:20Z WARNING two\n',
    '2023-11-14T22:13:20Z INFO done\n',
  ]);
});

test.each(['debug', 'info', 'warning', 'error', 'critical', 'silent'] as const)(
  'the summary of a run is written at every level but silent: %s',
  (level) => {
    const { log, written } = logTo({ level });

    log.summary('done');

    expect(written).toEqual(level === 'silent' ? [] : ['INFO done\n']);
  },
);

test('nothing is written at level silent', () => {
  const { log, written } = logTo({ level: 'silent' });

  log.critical('lost');
  log.metric(METRIC);

  expect(written).toEqual([]);
});

test('a metric may have a lower level than info', () => {
  const { log, written } = logTo();
  log.metric(METRIC, 'debug');
  expect(written).toEqual([]);

  const loud = logTo({ level: 'debug' });
  loud.log.metric(METRIC, 'debug');
  expect(loud.written).toEqual([expect.stringMatching(/^DEBUG METRIC: /)]);
});

test('a metric has the form that singer-python gave it', () => {
  const { log, written } = logTo();

  log.metric(METRIC);

  const [, json] = /^INFO METRIC: (.*)\n$/.exec(written[0] ?? '') ?? [];
  expect(JSON.parse(json ?? '')).toEqual(METRIC);
});

test('a structured line has the nine keys that Meltano needs', () => {
  const { log, written } = logTo({ format: 'structured' });

  log.error('one\ntwo', 'leads');
  log.info('no stream');

  expect(written.map((line): unknown => JSON.parse(line))).toEqual([
    {
      level: 'error',
      pid: 42,
      logger_name: 'tap-closeio',
      ts: 1_700_000_000.5,
      thread_name: 'MainThread',
      app_name: 'tap-closeio',
      stream_name: 'leads',
      message: 'one\ntwo',
      extra: {},
    },
    expect.objectContaining({ level: 'info', stream_name: null, message: 'no stream' }),
  ]);
  expect(written.every((line) => line.indexOf('\n') === line.length - 1)).toBe(true);
});

test('a structured metric is found where Meltano looks', () => {
  const { log, written } = logTo({ format: 'structured' });

  log.metric(METRIC);

  expect(JSON.parse(written[0] ?? '')).toMatchObject({
    message: 'METRIC',
    metric_info: METRIC,
    stream_name: 'leads',
  });
});

test('the secret is not written in any of its forms', () => {
  const basic = Buffer.from(`${SECRET}:`).toString('base64');
  for (const format of ['plain', 'structured'] as const) {
    const { log, written } = logTo({ format });

    log.error(`401 for ${SECRET} and Basic ${basic}`);
    log.metric({ ...METRIC, tags: { endpoint: `/x?key=${SECRET}` } });

    expect(written.join('')).not.toContain('5gtFTBJ7');
    expect(written.join('')).not.toContain(basic.slice(0, 12));
    expect(written[0]).toContain('401 for [redacted] and Basic [redacted]');
  }
});

test('any secret is taken out', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 6 }), fc.string(), fc.string(), (secret, before, after) => {
      fc.pre(!'[redacted]'.includes(secret) && !secret.includes('redacted'));
      const text = `${before} ${secret} ${after}`;

      expect(createRedaction([secret])(text).split('[redacted]').join('\n')).not.toContain(secret);
    }),
  );
});

test('an empty or very short secret takes no words out', () => {
  expect(createRedaction(['', 'e'])('an error')).toBe('an error');
});

test('a server cannot move the cursor, colour the screen or change the direction of text', () => {
  const { log, written } = logTo();

  log.error('503 \u001b[2J\u009b1A\u0007 \u202Eevil\rhidden');

  expect(written).toEqual(['ERROR 503 \\u001b[2J\\u009b1A\\u0007 \\u202eevil\\u000dhidden\n']);
});

test('no line reaches 64 KiB, however long the message and whatever its characters', () => {
  for (const format of ['plain', 'structured'] as const) {
    for (const character of ['a', '"', '語', '\u0001', '\ud800', '😀']) {
      const { log, written } = logTo({ format });

      log.error(character.repeat(200_000));

      expect(Buffer.byteLength(written.join(''))).toBeLessThan(64 * 1024);
    }
  }
});
