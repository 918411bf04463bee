import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { MovableClock } from '../src/clock.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW = Date.UTC(2026, 0, 1);

/** Whether it has ended, after everything that waits for nothing but its turn. */
async function hasEnded(work: Promise<unknown>): Promise<boolean> {
  let ended = false;
  void work.then(() => {
    ended = true;
  });
  for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
  return ended;
}

describe('a clock that can be moved forward', () => {
  beforeEach(() => {
    jest.spyOn(Date, 'now').mockReturnValue(NOW);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('goes on being ahead, and tells of each move before it wakes anybody', async () => {
    const told: string[] = [];
    const clock = new MovableClock({
      offsetMs: 1_000,
      moved: (offsetMs) => void told.push(`moved ${offsetMs}`),
    });
    expect(clock.now()).toBe(NOW + 1_000);
    const slept = clock.sleep(2_000).then(() => told.push('woken'));
    clock.advance(5_000);
    await slept;
    expect(told).toEqual(['moved 6000', 'woken']);
  });

  it("goes by the machine's time and what it has been moved by", () => {
    const clock = new MovableClock();
    clock.advance(30 * DAY_MS);
    clock.advance(500);
    expect(clock.offsetMs).toBe(30 * DAY_MS + 500);
    expect(clock.now()).toBe(NOW + 30 * DAY_MS + 500);
  });

  it('wakes who is due in the order in which they are due', async () => {
    const clock = new MovableClock();
    const woken: string[] = [];
    const sleep = (name: string, ms: number) => clock.sleep(ms).then(() => void woken.push(name));
    const all = [sleep('third', 2 * DAY_MS), sleep('first', HOUR_MS), sleep('second', DAY_MS)];
    all.push(sleep('fourth', 2 * DAY_MS));

    clock.advance(2 * DAY_MS);
    await Promise.all(all);

    expect(woken).toEqual(['first', 'second', 'third', 'fourth']);
  });

  it('lets who is not due yet sleep on for what is left', async () => {
    const clock = new MovableClock();
    const sleeping = clock.sleep(90 * DAY_MS);

    clock.advance(60 * DAY_MS);
    expect(await hasEnded(sleeping)).toBe(false);
    clock.advance(30 * DAY_MS);

    expect(await hasEnded(sleeping)).toBe(true);
  });

  it('sleeps by itself what a jump has left', async () => {
    const clock = new MovableClock();
    const sleeping = clock.sleep(DAY_MS);
    clock.advance(DAY_MS - 5);
    await sleeping;
    expect(clock.offsetMs).toBe(DAY_MS - 5);
  });

  it('counts a sleep that begins after a jump from then on', async () => {
    const clock = new MovableClock();
    clock.advance(DAY_MS);
    const sleeping = clock.sleep(HOUR_MS);
    expect(await hasEnded(sleeping)).toBe(false);
    clock.advance(HOUR_MS);
    await sleeping;
  });

  it('ends a sleep when its signal aborts, before or while it sleeps', async () => {
    const clock = new MovableClock();
    const controller = new AbortController();
    const sleeping = clock.sleep(DAY_MS, controller.signal);

    controller.abort();

    await expect(sleeping).rejects.toMatchObject({ name: 'AbortError' });
    await expect(clock.sleep(1, controller.signal)).rejects.toMatchObject({ name: 'AbortError' });
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, 9e15])('is not moved by %p ms', (ms) => {
    const clock = new MovableClock();
    expect(() => clock.advance(ms)).toThrow(RangeError);
    expect(clock.offsetMs).toBe(0);
  });
});
