import type { Row } from '../close/row.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';

/** Warns, once for each kind, that there are rows of a kind that this version does not know. */
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
      warn(
        `${id}: this version does not know the ${kinds.field} ${kind}; fields without a column are in _extra`,
      );
    }
  };
};
