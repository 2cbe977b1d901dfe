import { DateTime } from 'luxon';
import { toRfc3339 } from './rfc3339.ts';

/**
 * Replaces each comment in a date by a space. A comment is in parentheses, which may be nested. A backslash makes the
 * next character an ordinary one. It works in one pass without recursion: a stranger may send a mail whose date has
 * thousands of parentheses.
 * @returns null when a parenthesis is not closed or not opened
 */
const withoutComments = (text: string): string | null => {
  let plain = '';
  let kept = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '\\') at += 1;
    else if (character === '(') {
      if (depth === 0) plain += `${text.slice(kept, at)} `;
      depth += 1;
    } else if (character === ')') {
      depth -= 1;
      kept = at + 1;
    }
    if (depth < 0) return null;
  }
  return depth === 0 ? plain + text.slice(kept) : null;
};

/** No date is longer, without its comments and line breaks. */
const LONGEST_DATE = 100;

const WEEKDAY = /^[A-Za-z]{3} ?, ?/;
/** Zones that mean UTC. RFC 2822 says so of all single letters, since RFC 822 defined them wrongly. */
const ZULU = / (?:UTC?|[A-IK-Za-ik-z])$/;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** The named zones of RFC 2822. */
const ZONES: Readonly<Record<string, string>> = {
  GMT: '+0000',
  UT: '+0000',
  UTC: '+0000',
  EST: '-0500',
  EDT: '-0400',
  CST: '-0600',
  CDT: '-0500',
  MST: '-0700',
  MDT: '-0600',
  PST: '-0800',
  PDT: '-0700',
};
const USUAL =
  /^(?:[A-Z][a-z]{2}, )?(\d\d?) ([A-Z][a-z]{2}) (\d{4}) (\d\d:\d\d:[0-5]\d) ([+-]\d{4}|[A-Z]{2,3})(?: \([^()]*\))?$/;

/**
 * Turns the usual form, `Thu, 16 Sep 2021 10:48:53 -0700 (PDT)`, into ISO 8601, fifty times as fast as luxon. Other
 * texts stay.
 */
const usualToIso = (text: string): string =>
  text.replace(USUAL, (_, day: string, month: string, year: string, time: string, zone: string) => {
    const number = String(MONTHS.indexOf(month) + 1).padStart(2, '0');
    return `${year}-${number}-${day.padStart(2, '0')}T${time}${ZONES[zone] ?? zone}`;
  });

/**
 * The date of a mail header as RFC 3339; null if it is not a date. The header should be as in RFC 2822, but often is
 * not. The day of the week is ignored: it is often wrong, and not needed.
 */
export const rfc2822ToRfc3339 = (text: string): string | null => {
  const usual = toRfc3339(usualToIso(text));
  if (usual !== null) return usual;
  const plain = withoutComments(text)?.replace(/\s+/g, ' ').trim() ?? '';
  if (plain.length > LONGEST_DATE) return null;
  const date = DateTime.fromRFC2822(plain.replace(WEEKDAY, '').replace(ZULU, ' +0000'), { zone: 'utc' });
  return toRfc3339(date.isValid ? date.toISO() : plain);
};
