import { parseList } from './envelope.ts';
import { isRecord } from './is-record.ts';
import { END, START } from './span.ts';
import type { Walk } from './walk.ts';

export interface NameOptions {
  /** A list that is not paged. */
  readonly path: string;
  /** The field that tells its rows apart. */
  readonly name: string;
}

/** The body with an id for each row that has the name and none of its own; the rest is the parser's business. */
const withIds = (body: unknown, name: string): unknown => {
  if (!isRecord(body) || !Array.isArray(body.data)) return body;
  const data = body.data.map((row: unknown) =>
    isRecord(row) && row.id === undefined ? { ...row, id: row[name] } : row,
  );
  return { ...body, data };
};

/** A whole list of rows that have no id but a name which no two of them share: that is their id. */
export const byName = ({ path, name }: NameOptions): Walk => ({
  along: null,
  read: async (_, context) => {
    const page = await context.api.fetch({ method: 'GET', path, stream: context.stream }, (body) =>
      parseList(withIds(body, name)),
    );
    context.nameless(page.nameless);
    await context.emit(page.rows, [{ from: START, to: END }]);
  },
});
