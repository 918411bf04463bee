import { duration } from '../progress.ts';

/** How long something took: in milliseconds what was over within a second. */
export const took = (seconds: number): string =>
  seconds < 1 ? `${Math.max(0, Math.round(seconds * 1_000))} ms` : duration(seconds);
