import { MovableClock } from '../clock.ts';
import type { Collections } from './collections.ts';

/** A clock that is ahead of the machine's by as much as before. */
export function openClock(collections: Collections): MovableClock {
  const settings = collections.open<number>('clock');
  return new MovableClock({
    offsetMs: settings.get('offsetMs') ?? 0,
    moved: (offsetMs) => void settings.set('offsetMs', offsetMs),
  });
}
