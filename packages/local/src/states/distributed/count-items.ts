import { setImmediate } from 'node:timers/promises';
import type { Json } from '../json.ts';

/** After how many items counting lets other work have its turn. */
const ITEMS_PER_TURN = 256;

/** Counts items as long as that is wanted; undefined when it is not any more. */
export async function countItems(
  items: AsyncIterable<Json> | Iterable<Json>,
  isWanted: () => boolean,
): Promise<number | undefined> {
  let count = 0;
  for await (const _ of items) {
    if (!isWanted()) return undefined;
    count += 1;
    if (count % ITEMS_PER_TURN === 0) await setImmediate();
  }
  return isWanted() ? count : undefined;
}
