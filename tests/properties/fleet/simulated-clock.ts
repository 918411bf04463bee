import { setImmediate as nextTurn } from 'node:timers/promises';

/** A clock that stands still while anybody works, and jumps to the next who has slept enough when nobody does. */
export interface SimulatedClock {
  /** Epoch milliseconds. */
  readonly now: () => number;
  sleep(ms: number): Promise<void>;
  /** Keeps the clock from jumping until it is done: for whatever waits for something else than this clock. */
  during<T>(work: () => Promise<T>): Promise<T>;
  /** The same, for each call of a target's methods. */
  watch<T extends object>(target: T): T;
  /** Lets the clock run until `main` is done. */
  run<T>(main: Promise<T>): Promise<T>;
}

interface Sleeper {
  readonly until: number;
  wake(): void;
}

/** Turns of the event loop in which nobody works nor sleeps, after which nobody ever will. */
const PATIENCE_TURNS = 1_000;

export function createSimulatedClock(startEpochMs: number): SimulatedClock {
  let now = startEpochMs;
  let working = 0;
  let rest: (() => void) | undefined;
  const sleepers: Sleeper[] = [];

  async function during<T>(work: () => Promise<T>): Promise<T> {
    working += 1;
    try {
      return await work();
    } finally {
      working -= 1;
      if (working === 0) rest?.();
    }
  }

  async function untilNobodyWorks(): Promise<void> {
    do {
      if (working > 0) {
        await new Promise<void>((resolve) => {
          rest = resolve;
        });
      }
      // Whoever has just been answered has a turn to go on.
      await nextTurn();
    } while (working > 0);
  }

  function wakeNext(): boolean {
    const [first, ...others] = sleepers;
    if (first === undefined) return false;
    const next = others.reduce((earliest, each) => (each.until < earliest.until ? each : earliest), first);
    sleepers.splice(sleepers.indexOf(next), 1);
    now = Math.max(now, next.until);
    next.wake();
    return true;
  }

  return {
    now: () => now,
    sleep: (ms) =>
      new Promise((wake) => {
        sleepers.push({ until: now + Math.max(0, ms), wake });
      }),
    during,
    watch: (target) =>
      new Proxy(target, {
        get(object, property) {
          const method = Reflect.get(object, property);
          if (typeof method !== 'function') return method;
          return (...parts: unknown[]) => during(() => method.apply(object, parts));
        },
      }),
    async run(main) {
      let isDone = false;
      const end = () => {
        isDone = true;
      };
      main.then(end, end);
      for (let idleTurns = 0; !isDone; ) {
        await untilNobodyWorks();
        idleTurns = isDone || wakeNext() ? 0 : idleTurns + 1;
        if (idleTurns > PATIENCE_TURNS)
          throw new Error('Nobody works, and nobody sleeps: it will never end.');
      }
      return main;
    },
  };
}
