const DELIMITERS = [',', '\t', ';', '|'];

/** Whether the text has an even number of quotes. If not, a quoted field continues on the next line. */
export const hasPairsOfQuotes = (text: string): boolean => {
  let isPaired = true;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) isPaired = !isPaired;
  return isPaired;
};

/** The text of the quoted field that starts here, and where the field ends. */
const quotedField = (record: string, start: number): { readonly text: string; readonly end: number } => {
  let text = '';
  let at = start + 1;
  for (;;) {
    const quote = record.indexOf('"', at);
    if (quote < 0) return { text: text + record.slice(at), end: record.length };
    text += record.slice(at, quote);
    if (record[quote + 1] !== '"') return { text, end: quote + 1 };
    text += '"';
    at = quote + 2;
  }
};

/** The fields of one record. Quotes around a field are removed, and two quotes inside it mean one. */
export const csvFields = (record: string, delimiter: string): string[] => {
  if (!record.includes('"')) return record.split(delimiter);
  const fields: string[] = [];
  let at = 0;
  while (at <= record.length) {
    const quoted = record[at] === '"' ? quotedField(record, at) : { text: '', end: at };
    const next = record.indexOf(delimiter, quoted.end);
    const end = next < 0 ? record.length : next;
    fields.push(quoted.text + record.slice(quoted.end, end));
    at = end + delimiter.length;
  }
  return fields;
};

/** The character that divides the header into the most fields; a comma if there is only one field. */
export const delimiterOf = (header: string): string =>
  DELIMITERS.reduce((best, one) =>
    csvFields(header, one).length > csvFields(header, best).length ? one : best,
  );
