import { literal } from './identifiers.ts';

/** Currencies whose minor unit is not a hundredth, by ISO 4217. */
const WHOLE = 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' ');
const THOUSANDTHS = 'BHD IQD JOD KWD LYD OMR TND'.split(' ');

const listed = (currencies: readonly string[]): string => currencies.map(literal).join(', ');

/** The SQL that turns minor units into the major unit of the currency: 1050 is 10.50 dollars, or 1050 yen. */
export const inMajorUnits = (amount: string, currency: string): string =>
  `cast(${amount} as decimal(19, 0)) * case when ${currency} in (${listed(WHOLE)}) then 1 ` +
  `when ${currency} in (${listed(THOUSANDTHS)}) then 0.001 else 0.01 end`;
