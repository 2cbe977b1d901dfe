import { type Page, parsePagedList } from './envelope.ts';
import type { Row } from './row.ts';
import type { WalkContext } from './walk.ts';

/** So many ids make a URL of some 2 500 characters, which every gateway takes. */
const IDS_PER_REQUEST = 50;

/** Objects by their ids, fifty a request. What has been deleted meanwhile is not among them. */
export async function* byIds(
  path: string,
  ids: readonly string[],
  context: Pick<WalkContext, 'api' | 'stream'>,
): AsyncGenerator<readonly Row[]> {
  for (let at = 0; at < ids.length; at += IDS_PER_REQUEST) {
    const some = ids.slice(at, at + IDS_PER_REQUEST);
    const page: Page = await context.api.fetch(
      {
        method: 'GET',
        path,
        stream: context.stream,
        query: { id__in: some.join(','), _limit: String(IDS_PER_REQUEST) },
      },
      parsePagedList,
    );
    const asked = new Set(some);
    yield page.rows.filter((row) => asked.has(row.id));
  }
}
