import type { Fault } from '../sandbox/faults.ts';
import type { LoggedRequest } from '../sandbox/sandbox-options.ts';
import type { RequestKind } from './request-kinds.ts';

type Source = (request: LoggedRequest) => Fault | undefined;

/** Makes the first so many requests of each kind fail. `met` counts them. */
export const passing = (
  kinds: readonly RequestKind[],
  fault: Fault,
  times: number,
): { readonly source: Source; readonly met: ReadonlyMap<string, number> } => {
  const met = new Map<string, number>();
  const source: Source = (request) => {
    const kind = kinds.find(({ is }) => is(request));
    if (!kind) return undefined;
    const count = (met.get(kind.name) ?? 0) + 1;
    met.set(kind.name, count);
    return count <= times ? fault : undefined;
  };
  return { source, met };
};

/** Makes every request of a kind fail. */
export const lasting =
  (kind: RequestKind, fault: Fault): Source =>
  (request) =>
    kind.is(request) ? fault : undefined;
