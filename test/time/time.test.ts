import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { oneYearBefore, parseHttpDate } from '../../src/time/calendar.ts';
import {
  ceilSecond,
  DAY,
  floorSecond,
  fromMillis,
  HOUR,
  MINUTE,
  SECOND,
  toMillis,
} from '../../src/time/instant.ts';
import { rfc2822ToRfc3339 } from '../../src/time/mail-date.ts';
import { formatInstant, formatSecond, parseInstant, toRfc3339 } from '../../src/time/rfc3339.ts';

const at = (...parts: [number, number, number, number?, number?, number?]): number =>
  Date.UTC(parts[0], parts[1] - 1, ...(parts.slice(2) as [number])) * 1000;

/** Every microsecond between 1970 and 2200 that a number can hold. */
const instant = fc.integer({ min: 0, max: at(2200, 1, 1) });

describe('parseInstant', () => {
  test.each([
    ['2026-01-02T03:04:05.678901+00:00', at(2026, 1, 2, 3, 4, 5) + 678_901],
    ['2026-01-02T03:04:05.678901', at(2026, 1, 2, 3, 4, 5) + 678_901],
    ['2026-01-02T03:04:05.678Z', at(2026, 1, 2, 3, 4, 5) + 678_000],
    ['2026-01-02T03:04:05,5Z', at(2026, 1, 2, 3, 4, 5) + 500_000],
    ['2026-01-02T03:04:05.123456789Z', at(2026, 1, 2, 3, 4, 5) + 123_456],
    ['2026-01-02T03:04:05z', at(2026, 1, 2, 3, 4, 5)],
    ['2026-01-02 03:04:05 +05:30', at(2026, 1, 1, 21, 34, 5)],
    ['2026-01-02T03:04:05-0800', at(2026, 1, 2, 11, 4, 5)],
    ['2026-01-02T03:04', at(2026, 1, 2, 3, 4)],
    ['2026-01-02', at(2026, 1, 2)],
    [' 2026-01-02\n', at(2026, 1, 2)],
    ['2024-02-29', at(2024, 2, 29)],
    ['2000-02-29', at(2000, 2, 29)],
    ['2016-12-31T23:59:60Z', at(2017, 1, 1)],
    ['1969-12-31T23:59:59.999999Z', -1],
    ['0001-01-01T00:00:00', -62_135_596_800 * SECOND],
  ])('reads %s', (text, expected) => {
    const read = parseInstant(text);

    expect(read).toBe(expected);
  });

  test.each([
    '',
    'yesterday',
    '2026',
    '2026-01',
    '2026-1-2',
    '2026-00-10',
    '2026-13-10',
    '2026-01-00',
    '2026-01-32',
    '2026-02-30',
    '2025-02-29',
    '1900-02-29',
    '2026-04-31',
    '2026-01-02T24:00:00Z',
    '2026-01-02T03:60:00Z',
    '2026-01-02T03:04:61Z',
    '2026-01-02T03:04:05.Z',
    '2026-01-02T03:04:05+24:00',
    '2026-01-02T03:04:05+05:60',
    '2026-01-02T03:04:05 Europe/Berlin',
    '2026-01-02Z',
    '+002026-01-02T03:04:05Z',
    '1767323045',
  ])('does not accept "%s" as a date', (text) => {
    const read = parseInstant(text);

    expect(read).toBeNull();
  });

  test('reads what formatInstant writes, to the microsecond', () => {
    fc.assert(fc.property(instant, (value) => parseInstant(formatInstant(value)) === value));
  });

  test('gives instants in the order of time, whatever the texts look like', () => {
    const texts = [
      '2026-01-01T23:59:59.999999+00:00',
      '2026-01-02T00:00:00+00:00',
      '2026-01-01T19:00:00.000001-05:00',
      '2026-01-02T00:00:00.00001',
    ];

    const instants = texts.map((text) => parseInstant(text) ?? Number.NaN);

    expect(instants).toEqual([...instants].sort((a, b) => a - b));
    expect(new Set(instants).size).toBe(texts.length);
  });
});

describe('formatting', () => {
  test('writes six decimals, also before 1970', () => {
    expect(formatInstant(at(2026, 1, 2, 3, 4, 5) + 7)).toBe('2026-01-02T03:04:05.000007Z');
    expect(formatInstant(-1)).toBe('1969-12-31T23:59:59.999999Z');
  });

  test('gives texts that sort in the order of time', () => {
    fc.assert(fc.property(instant, instant, (a, b) => a < b === formatInstant(a) < formatInstant(b)));
  });

  test('rounds down to whole seconds for filters', () => {
    expect(formatSecond(at(2026, 1, 2, 3, 4, 5) + 999_999)).toBe('2026-01-02T03:04:05Z');
    expect(formatSecond(-1)).toBe('1969-12-31T23:59:59Z');
  });

  test('finds the seconds around an instant', () => {
    fc.assert(
      fc.property(instant, (value) => {
        const [before, after] = [floorSecond(value), ceilSecond(value)];

        expect(before <= value && value <= after).toBe(true);
        expect(after - before).toBe(value % SECOND === 0 ? 0 : SECOND);
        expect(before % SECOND).toBe(0);
      }),
    );
  });

  test('converts to milliseconds and back, and is never later than the instant', () => {
    expect(toMillis(at(2026, 1, 1) + 1_999)).toBe(at(2026, 1, 1) / 1000 + 1);
    expect(fromMillis(1.5)).toBe(1_500);
    fc.assert(fc.property(instant, (value) => fromMillis(toMillis(value)) <= value));
  });

  test('counts a year by the calendar', () => {
    expect(oneYearBefore(at(2025, 3, 1))).toBe(at(2024, 3, 1));
    expect(oneYearBefore(at(2024, 2, 29))).toBe(at(2023, 2, 28));
    expect(365 * DAY).toBe(365 * 24 * HOUR);
    expect(HOUR).toBe(60 * MINUTE);
  });
});

describe('toRfc3339', () => {
  test.each([
    ['2026-06-01T10:00:00.012000+00:00', '2026-06-01T10:00:00.012000Z'],
    ['2026-06-01T10:00:00.012000', '2026-06-01T10:00:00.012000Z'],
    ['2026-06-01T10:00:00.012000Z', '2026-06-01T10:00:00.012000Z'],
    ['2021-09-16T17:48:53+00:00', '2021-09-16T17:48:53.000000Z'],
    ['2021-07-15', '2021-07-15T00:00:00.000000Z'],
    ['2026-01-31T23:30:00.123456-01:00', '2026-02-01T00:30:00.123456Z'],
    ['2024-02-29T01:02:03.000001Z', '2024-02-29T01:02:03.000001Z'],
    ['0001-01-01T00:00:00', '0001-01-01T00:00:00.000000Z'],
    ['0001-01-01T00:00:00.000001Z', '0001-01-01T00:00:00.000001Z'],
    ['0001-01-31T00:00:00.000001Z', '0001-01-31T00:00:00.000001Z'],
    ['9999-12-31T23:59:59.999999Z', '9999-12-31T23:59:59.999999Z'],
    ['9999-12-31', '9999-12-31T00:00:00.000000Z'],
  ])('writes %s in UTC with all its decimals', (text, expected) => {
    const written = toRfc3339(text);

    expect(written).toBe(expected);
  });

  test.each([
    '0000-01-01T00:00:00.000000Z',
    '0000-12-31',
    '0001-01-01T00:00:00+00:01',
    '9999-12-31T23:59:59-00:01',
    '9999-12-31T23:59:60Z',
    '2026-02-30T00:00:00.000000Z',
    '2026-02-28T24:00:00.000000Z',
    'soon',
  ])('leaves out %s, which no target can store', (text) => {
    const written = toRfc3339(text);

    expect(written).toBeNull();
  });

  test('returns null for any text, or a date-time of the years 0001 to 9999 that it would not change again', () => {
    const digits = (length: number) => fc.stringMatching(new RegExp(`^\\d{${length}}$`));
    const text = fc
      .tuple(
        digits(4),
        fc.nat(13),
        fc.nat(32),
        fc.nat(24),
        fc.nat(60),
        fc.nat(61),
        fc.stringMatching(/^(\.\d{1,9})?$/),
        fc.constantFrom('', 'Z', '+00:00', '-11:30', '+14:00', '+0530'),
      )
      .map(([year, month, day, hour, minute, second, fraction, zone]) => {
        const two = (value: number) => String(value).padStart(2, '0');
        return `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}${fraction}${zone}`;
      });

    fc.assert(
      fc.property(fc.oneof(text, fc.string()), (value) => {
        const written = toRfc3339(value);
        if (written === null) return;

        expect(written).toMatch(/^(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
        expect(toRfc3339(written)).toBe(written);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('rfc2822ToRfc3339', () => {
  test.each([
    ['Thu, 16 Sep 2021 10:48:53 -0700', '2021-09-16T17:48:53.000000Z'],
    ['16 Sep 2021 10:48:53 -0700', '2021-09-16T17:48:53.000000Z'],
    ['Thu, 16 Sep 2021 10:48 -0700', '2021-09-16T17:48:00.000000Z'],
    ['Thu, 16 Sep 2021 10:48:53 -0700 (PDT)', '2021-09-16T17:48:53.000000Z'],
    ['Thu, 16 Sep 2021 10:48:53 -0700 (Pacific (daylight (summer)) time)', '2021-09-16T17:48:53.000000Z'],
    ['Thu (a Thursday), 16 Sep 2021 10:48:53 -0700', '2021-09-16T17:48:53.000000Z'],
    ['Thu,\r\n 16 Sep 2021\t10:48:53 -0700', '2021-09-16T17:48:53.000000Z'],
    ['Thu,  6 Sep 2021 10:48:53 +0000', '2021-09-06T10:48:53.000000Z'],
    ['Wed, 16 Sep 2021 10:48:53 +0000', '2021-09-16T10:48:53.000000Z'],
    ['Thu, 16 Sep 2021 10:48:53 GMT', '2021-09-16T10:48:53.000000Z'],
    ['Thu, 16 Sep 2021 10:48:53 UT', '2021-09-16T10:48:53.000000Z'],
    ['Thu, 16 Sep 2021 10:48:53 Z', '2021-09-16T10:48:53.000000Z'],
    ['Thu, 16 Sep 2021 10:48:53 UTC', '2021-09-16T10:48:53.000000Z'],
    ['Thu, 16 Sep 2021 10:48:53 R', '2021-09-16T10:48:53.000000Z'],
    ['Thu, 16 Sep 2021 10:48:53 EST', '2021-09-16T15:48:53.000000Z'],
    ['Thu, 16 Sep 2021 10:48:53 PDT', '2021-09-16T17:48:53.000000Z'],
    ['16 Sep 99 10:48:53 +0000', '1999-09-16T10:48:53.000000Z'],
    ['2021-09-16T10:48:53-07:00', '2021-09-16T17:48:53.000000Z'],
    ['2021-09-16 10:48:53 -0700 (PDT)', '2021-09-16T17:48:53.000000Z'],
    [String.raw`Thu, 16 Sep 2021 10:48:53 -0700 (a \) and a \( (nested) \\)`, '2021-09-16T17:48:53.000000Z'],
    ['(a)(b)Thu, 16 Sep(c)2021 10:48:53 +0000()', '2021-09-16T10:48:53.000000Z'],
  ])('reads %j', (text, expected) => {
    const written = rfc2822ToRfc3339(text);

    expect(written).toBe(expected);
  });

  test.each([
    '',
    '(comment)',
    'Thu, 31 Sep 2021 10:48:53 -0700',
    'Date: unknown',
    '16 Sep 2021 10:48:53 CET',
    '((((',
    ')(',
    'Thu, 16 Sep 2021 10:48:53 -0700 (open',
    'Thu, 16 Sep 2021 10:48:53 -0700 shut)',
  ])('does not accept %j as a date', (text) => {
    const written = rfc2822ToRfc3339(text);

    expect(written).toBeNull();
  });
});

/** Texts of a megabyte that can make parsers overflow their stack or take very long. */
const HOSTILE: readonly (readonly [string, string])[] = [
  ['parentheses that nest', `${'('.repeat(500_000)}${')'.repeat(500_000)}`],
  ['parentheses that stay open', '('.repeat(1_000_000)],
  ['parentheses that only close', ')'.repeat(1_000_000)],
  ['many comments', '(a)'.repeat(350_000)],
  ['quoted parentheses', '\\('.repeat(500_000)],
  ['a comment that stays open around others', `(${'(a)'.repeat(350_000)}`],
  ['spaces', `2026-01-01 00:00${' '.repeat(1_000_000)}x`],
  ['spaces between words', 'a '.repeat(500_000)],
  ['digits', '1'.repeat(1_000_000)],
  ['a fraction', `2026-01-01T00:00:00.${'0'.repeat(1_000_000)}x`],
  ['one letter', 'a'.repeat(1_000_000)],
];

describe('a megabyte that is not a date', () => {
  test.each(HOSTILE)('is refused in one pass: %s', (_, text) => {
    const dates = [rfc2822ToRfc3339(text), toRfc3339(text), parseInstant(text), parseHttpDate(text)];

    expect(dates).toEqual([null, null, null, null]);
  });

  test('does no harm in the comment of a date', () => {
    const comment = `${'('.repeat(500_000)}${')'.repeat(500_000)}`;

    const written = rfc2822ToRfc3339(`Thu, 16 Sep 2021 10:48:53 -0700 ${comment}`);

    expect(written).toBe('2021-09-16T17:48:53.000000Z');
  });
});

describe('parseHttpDate', () => {
  test.each(['Sun, 06 Nov 1994 08:49:37 GMT', 'Sunday, 06-Nov-94 08:49:37 GMT', 'Sun Nov  6 08:49:37 1994'])(
    'reads the form %s',
    (text) => {
      const read = parseHttpDate(text);

      expect(read).toBe(at(1994, 11, 6, 8, 49, 37));
    },
  );

  test.each(['', 'now', '0', 'Sun, 06 Nov 1994 08:49:37 +0100'])('does not accept %j', (text) => {
    const read = parseHttpDate(text);

    expect(read).toBeNull();
  });
});
