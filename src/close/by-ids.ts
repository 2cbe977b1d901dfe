import { ProtocolError } from '../errors.ts';
import { parsePagedList } from './envelope.ts';
import { sideBySide } from './side-by-side.ts';
import type { WalkContext } from './walk.ts';

/** So many ids make a URL of some 2 500 characters, which every gateway takes. */
const IDS_PER_REQUEST = 50;

/** Emits objects by their ids, fifty a request. What has been deleted meanwhile is not among them. */
export const readByIds = (path: string, ids: readonly string[], context: WalkContext): Promise<void> => {
  const requests = Array.from({ length: Math.ceil(ids.length / IDS_PER_REQUEST) }, (_, index) =>
    ids.slice(index * IDS_PER_REQUEST, (index + 1) * IDS_PER_REQUEST),
  );
  return sideBySide(requests, context.parallel, async (some) => {
    const query = { id__in: some.join(','), _limit: String(IDS_PER_REQUEST) };
    const page = await context.api.fetch(
      { method: 'GET', path, stream: context.stream, query },
      parsePagedList,
    );
    const asked = new Set(some);
    const stranger = page.rows.find(({ id }) => !asked.has(id));
    if (stranger) {
      throw new ProtocolError(
        `GET ${path}: asked for by id, ${stranger.id} came: the server ignored the filter`,
      );
    }
    await context.emit(page.rows, []);
  });
};
