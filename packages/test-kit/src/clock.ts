/** A clock that stands still until it is moved. Times are epoch milliseconds. */
export interface ManualClock {
  (): number;
  set(epochMs: number): void;
  advance(ms: number): void;
}

/** A whole second, so that what is a second's boundary can be read in the tests. */
export const START = Date.UTC(2026, 5, 1, 12);

export function createClock(startEpochMs: number = START): ManualClock {
  let nowEpochMs = startEpochMs;
  return Object.assign(() => nowEpochMs, {
    set: (epochMs: number) => {
      nowEpochMs = epochMs;
    },
    advance: (ms: number) => {
      nowEpochMs += ms;
    },
  });
}
