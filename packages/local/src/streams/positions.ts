import type { Collections } from '../data/collections.ts';

/** How far a mapping has come in a shard. */
export interface Position {
  /** Of the last record that is done with; absent before the first. */
  readonly sequenceNumber?: string;
  /** Records from before the shard was opened are not read: epoch milliseconds by the engine's clock. */
  readonly sinceMs?: number;
}

/** The shards of a mapping that have been opened, and how far it has come in each. */
export interface Positions {
  /** Whether an earlier runtime has read the stream for the mapping. */
  readonly areKnown: boolean;
  get(shardId: string): Position | undefined;
  set(shardId: string, position: Position): void;
}

/** The positions of all mappings. */
interface AllPositions {
  /** Those of one mapping in a stream. */
  of(uuid: string, engineStreamArn: string): Positions;
  /** Forgets those of a mapping, which begins anew if there is ever one by its id again. */
  forget(uuid: string): void;
}

export function openPositions(collections: Collections): AllPositions {
  const positions = collections.open<Position>('streamPositions');
  return {
    of(uuid, engineStreamArn) {
      const prefix = `${uuid} ${engineStreamArn} `;
      return {
        areKnown: [...positions.keys()].some((key) => key.startsWith(prefix)),
        get: (shardId) => positions.get(prefix + shardId),
        set: (shardId, position) => void positions.set(prefix + shardId, position),
      };
    },
    forget(uuid) {
      for (const key of [...positions.keys()]) if (key.startsWith(`${uuid} `)) positions.delete(key);
    },
  };
}
