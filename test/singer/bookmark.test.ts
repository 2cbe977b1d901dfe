import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Notes, ROW_DIGITS, readNotes, writeNotes } from '../../src/singer/bookmark.ts';
import { parseInstant } from '../../src/time/rfc3339.ts';
import { END, START } from '../../src/time/span.ts';

const NONE: Notes = {
  changes_since: null,
  columns: null,
  last_wide_read: null,
  refill: null,
  resume: null,
  rows_seen: null,
};

test.each([
  {},
  { date_updated: '2026-01-01' },
  { changes_since: 'soon', last_wide_read: 5, resume: 'text', rows_seen: '§§§§§§§§' },
  {
    changes_since: null,
    last_wide_read: {},
    resume: { run_started: 'soon', finished: [] },
    rows_seen: 'short',
  },
])('a value that is not a note counts as no note: %j', (bookmark) => {
  expect(readNotes(bookmark)).toEqual(NONE);
});

test('a note that is wrong does not hide the others', () => {
  const notes = readNotes({ changes_since: '2026-01-01T00:00:00Z', last_wide_read: 'yesterday' });

  expect(notes).toEqual({ ...NONE, changes_since: parseInstant('2026-01-01') });
});

test('a note that is not given is not written, and a note that is null is removed', () => {
  expect(writeNotes({})).toEqual({});
  expect(Object.entries(writeNotes({ resume: null }))).toEqual([['resume', undefined]]);
});

test('a run that has finished nothing leaves no note', () => {
  const resume = { startedAt: 0, finished: [], alsoFinished: [] };

  expect(writeNotes({ resume })).toEqual({ resume: undefined });
});

test('whatever is written is read again unchanged', () => {
  const instant = fc.integer({ min: 0, max: 4e15 });
  const span = fc
    .tuple(fc.oneof(fc.constant(START), instant), fc.integer({ min: 1, max: 1e12 }), fc.boolean())
    .map(([from, length, isOpen]) => ({
      from,
      to: isOpen || from === START ? END : from + length,
    }));
  const digits = fc.stringMatching(new RegExp(`^[\\w-]{${ROW_DIGITS}}$`));
  const noted = fc.record({
    changes_since: instant,
    columns: fc.constant({ seen: new Set(['abcd', 'wxyz']), types: { cf_1: 'number' } }),
    last_wide_read: instant,
    refill: fc.constant({ date_updated: '2026-01-01' }),
    rows_seen: fc.array(digits).map((rows) => new Set(rows)),
    resume: fc.record({
      startedAt: instant,
      finished: fc.array(span, { minLength: 1 }),
      alsoFinished: fc.array(span),
    }),
  });

  fc.assert(
    fc.property(noted, (notes) => {
      const text = JSON.stringify(writeNotes(notes));

      expect(readNotes(JSON.parse(text))).toEqual(notes);
    }),
  );
});
