/** A column that a description refers to: `References users.id or groups.id.` */
const SENTENCE = /References ([a-z_]+(?:\.[a-z_]+)+(?: or [a-z_]+(?:\.[a-z_]+)+)*)\./;

export interface Reference {
  readonly table: string;
  /** The path of the column, without the marks of lists: `fields.id`. */
  readonly field: string;
}

export const referencesOf = (description: string): readonly Reference[] =>
  (SENTENCE.exec(description)?.[1] ?? '')
    .split(' or ')
    .filter((target) => target !== '')
    .map((target) => {
      const [table = '', ...field] = target.split('.');
      return { table, field: field.join('.') };
    });

/** The description with a link to each table that it refers to. */
export const linkReferences = (description: string): string =>
  description.replace(SENTENCE, (sentence) => sentence.replace(/([a-z_]+)((?:\.[a-z_]+)+)/g, '[$1$2](#$1)'));
