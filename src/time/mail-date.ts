import { DateTime } from 'luxon';
import { toRfc3339 } from './rfc3339.ts';

/**
 * The text with each comment, in parentheses that may nest, as a space. A backslash takes the meaning from the character
 * behind it. One pass without recursion: whoever sends a mail chooses its date, parentheses by the thousand included.
 * @returns null when a parenthesis has no partner
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

/** Longer than any date once comments and line breaks are out of it. */
const LONGEST_DATE = 100;

const WEEKDAY = /^[A-Za-z]{3} ?, ?/;
/** Zones that all mean UTC: RFC 2822 gives up on the letters of the military, which RFC 822 had the wrong way round. */
const ZULU = / (?:UTC?|[A-IK-Za-ik-z])$/;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** The zones with names that RFC 2822 knows. */
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

/** `Thu, 16 Sep 2021 10:48:53 -0700 (PDT)`, as nearly every program writes it, and fifty times as fast; others stay. */
const usualToIso = (text: string): string =>
  text.replace(USUAL, (_, day: string, month: string, year: string, time: string, zone: string) => {
    const number = String(MONTHS.indexOf(month) + 1).padStart(2, '0');
    return `${year}-${number}-${day.padStart(2, '0')}T${time}${ZONES[zone] ?? zone}`;
  });

/**
 * A mail header's date (RFC 2822, often ill-formed) as RFC 3339, or null. The day of the week says nothing that the
 * date does not; a wrong one is common in mail.
 */
export const rfc2822ToRfc3339 = (text: string): string | null => {
  const usual = toRfc3339(usualToIso(text));
  if (usual !== null) return usual;
  const plain = withoutComments(text)?.replace(/\s+/g, ' ').trim() ?? '';
  if (plain.length > LONGEST_DATE) return null;
  const date = DateTime.fromRFC2822(plain.replace(WEEKDAY, '').replace(ZULU, ' +0000'), { zone: 'utc' });
  return toRfc3339(date.isValid ? date.toISO() : plain);
};
