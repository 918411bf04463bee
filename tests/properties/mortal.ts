import type { DeviceStore } from '../../shared/ports.ts';

/** What a call ends with that is made by, or answered to, what was killed. */
export class Killed extends Error {
  override readonly name = 'Killed';
}

/** The same, but that it answers nothing any more once `isDead`, as to what was killed. */
export function mortal<T extends object>(target: T, isDead: () => boolean): T {
  return new Proxy(target, {
    get(object, property) {
      const method = Reflect.get(object, property);
      if (typeof method !== 'function') return method;
      return async (...parts: unknown[]) => {
        if (isDead()) throw new Killed();
        const answer = await method.apply(object, parts);
        if (isDead()) throw new Killed();
        return answer;
      };
    },
  });
}

/** For a clock that runs ahead of the engine, which is as fast as it is: its calls have all the time that they need. */
export function patient<Store extends Partial<DeviceStore>>(store: Store, clock: () => number): Store {
  return new Proxy(store, {
    get(object, property) {
      const method = Reflect.get(object, property) as (...parts: unknown[]) => Promise<unknown>;
      return (...parts: unknown[]) =>
        method(...parts.slice(0, -1), { clock, deadlineEpochMs: Number.POSITIVE_INFINITY });
    },
  });
}
