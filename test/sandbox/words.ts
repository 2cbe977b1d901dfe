import type { Random } from './random.ts';

const FIRST = [
  'Anna',
  'Ben',
  'Chloé',
  'Dmitri',
  'Eun-ji',
  'Fatima',
  'Grace',
  'Håkon',
  'Ibrahim',
  'José',
  'Kenji',
  'Zoë',
];
const LAST = [
  'Adams',
  'Bianchi',
  'Cruz',
  'Dvořák',
  "O'Neil",
  'Eriksen',
  'Fischer',
  'García',
  'Nguyễn',
  'Smith',
  '李',
];
const COMPANY = [
  'Acme',
  'Blue Ocean',
  'Café Lumière',
  'Delta "Quoted"',
  'Globex',
  'Initech',
  'Müller & Söhne',
  'Umbrella',
  '株式会社',
];
const FORMS = ['Inc.', 'LLC', 'GmbH', 'Ltd', 'S.A.', ''];
const PHRASES = [
  'Thanks for taking the time today.',
  'Let us talk next week.',
  'The quote is attached.',
  'Can you send the contract?',
  'They already use a competitor.',
  'Budget approved for Q3 🎉',
  'No answer, left a voicemail.',
  'Größe und Preis geklärt.',
  'Line one\nline two\r\nline three',
  'He said: "call me back".',
  'Follow-up\tneeded',
  '合同已签署。',
  'Naïve question about ROI',
];

/** Odd characters that imports and phones leave in text: halves of emoji, zero bytes, separators that break JSON lines. */
const NASTY = [
  'cut emoji \ud83d',
  '\ude00 other half',
  'zero \u0000 byte',
  'sep \u2028 \u2029 \u0085',
  'bell \u0007',
  '\ud800',
];

export function firstName(random: Random): string {
  return random.pick(FIRST);
}

export function lastName(random: Random): string {
  return random.pick(LAST);
}

export function company(random: Random): string {
  return `${random.pick(COMPANY)} ${random.pick(FORMS)}`.trim();
}

/** A short text. One in a hundred is invalid UTF-16 or has a U+0000. */
export function phrase(random: Random): string {
  return random.chance(0.01) ? random.pick(NASTY) : random.pick(PHRASES);
}

export function paragraph(random: Random, sentences: number): string {
  return Array.from({ length: sentences }, () => phrase(random)).join(' ');
}

export function mailAddress(random: Random): string {
  return `${firstName(random)
    .toLowerCase()
    .replace(/[^a-z]/g, '')}.${random.int(9999)}@example-${random.int(500)}.com`;
}

export function phoneNumber(random: Random): string {
  return `+1650555${String(random.int(10_000)).padStart(4, '0')}`;
}

export function formatted(phone: string): string {
  return `${phone.slice(0, 2)} ${phone.slice(2, 5)}-${phone.slice(5, 8)}-${phone.slice(8)}`;
}
