/** How much of what is logged is on disk: of the files that are for a look, and again of what queries find. */
export interface LogLimits {
  /** Of a part, which is dropped as a whole; a line that is longer is one of its own. 8 MiB by default. */
  readonly partBytes: number;
  /** Of a log group: past that, its oldest part goes. 64 MiB by default. */
  readonly groupBytes: number;
  /** Of all log groups: past that, the oldest part goes of the one that has the most. 256 MiB by default. */
  readonly allBytes: number;
}

const MIB = 1024 * 1024;

export const DEFAULT_LIMITS: LogLimits = { partBytes: 8 * MIB, groupBytes: 64 * MIB, allBytes: 256 * MIB };

/** What waits in memory to be written with more, of a log group. */
export const GATHERED_BYTES = 256 * 1024;

/** What a log group has on disk. */
export interface Parts {
  readonly bytes: number;
  dropOldest(): void;
}

/** Drops what is too much once `grown` has more than before. */
export function keepWithin({ groupBytes, allBytes }: LogLimits, grown: Parts, all: Iterable<Parts>): void {
  while (grown.bytes > groupBytes) grown.dropOldest();
  const groups = [...all];
  let total = groups.reduce((sum, { bytes }) => sum + bytes, 0);
  while (total > allBytes) {
    const biggest = groups.reduce((most, group) => (group.bytes > most.bytes ? group : most));
    total -= biggest.bytes;
    biggest.dropOldest();
    total += biggest.bytes;
  }
}
