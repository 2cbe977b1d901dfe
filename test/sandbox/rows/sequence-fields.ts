import type { Random } from '../random.ts';
import { collectionOf, type Store } from '../store.ts';
import type { Row } from '../table.ts';

/** The three fields about sequences that calls, e-mails and messages have. */
export function sequenceFields(random: Random, store: Store): Row {
  const sequences = collectionOf(store, 'sequence');
  const sequence = random.chance(0.15)
    ? sequences.at(random.int(Math.max(1, sequences.initial.length)))
    : undefined;
  const subscription =
    sequence && collectionOf(store, 'sequence_subscription').at(random.int(store.sizes.users));
  return {
    sequence_id: sequence?.id ?? null,
    sequence_name: sequence?.name ?? null,
    sequence_subscription_id: subscription?.id ?? null,
  };
}
