import type { Row } from '../close/row.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';

/** Says, once per kind, that there are rows of a kind that this version does not know. */
export const watchKinds = (
  { kinds }: StreamDefinition,
  warn: (message: string) => void,
): ((rows: readonly Row[]) => void) => {
  if (!kinds) return () => {};
  const warned = new Set<unknown>();
  return (rows) => {
    for (const { id, [kinds.field]: kind } of rows) {
      if (typeof kind !== 'string' || kinds.known(kind) || warned.has(kind)) continue;
      warned.add(kind);
      warn(`${id}: the ${kinds.field} ${kind} is unknown to this version; what has no column is in _extra`);
    }
  };
};
