import { startDynoxide } from '@device-lifecycle/test-kit/dynoxide.ts';
import type { TableEngine } from '@device-lifecycle/test-kit/table-engine.ts';
import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import type { DeviceStore } from '../../../shared/ports.ts';
import { createStoreFixture, type StoreFixture } from './store-fixture.ts';

/** dynoxide for the tests of a file. Read `endpoint` within tests only. */
export function useEngine(): { readonly endpoint: string } {
  let engine: TableEngine | undefined;
  beforeAll(async () => {
    engine = await startDynoxide();
  });
  afterAll(() => engine?.stop());
  return {
    get endpoint() {
      if (engine === undefined) throw new Error('There is no engine outside of tests.');
      return engine.endpoint;
    },
  };
}

/** A device store on dynoxide for each test of a file; the engine itself is started once. Read `at` within tests only. */
export function useStore(): { readonly at: StoreFixture } {
  const engine = useEngine();
  let fixture: StoreFixture | undefined;
  beforeEach(async () => {
    fixture = await createStoreFixture(engine.endpoint);
  });
  afterEach(() => fixture?.client.destroy());
  return {
    get at() {
      if (fixture === undefined) throw new Error('There is no store outside of tests.');
      return fixture;
    },
  };
}

/** The same store, but that something else happens just before `method` is called for the first time. */
export const interfere = (
  store: DeviceStore,
  method: keyof DeviceStore,
  happens: () => Promise<unknown>,
): DeviceStore =>
  around(store, method, async (call) => {
    await happens();
    return call();
  });

/** The same, just after its first call is done. */
export const interfereAfter = (
  store: DeviceStore,
  method: keyof DeviceStore,
  happens: () => unknown,
): DeviceStore =>
  around(store, method, async (call) => {
    const answer = await call();
    await happens();
    return answer;
  });

/** The first call of `method` is made by `first`. */
function around(
  store: DeviceStore,
  method: keyof DeviceStore,
  first: (call: () => Promise<unknown>) => Promise<unknown>,
): DeviceStore {
  let isDue = true;
  return new Proxy(store, {
    get(target, property: keyof DeviceStore) {
      const call = target[property] as (...parts: unknown[]) => Promise<unknown>;
      if (property !== method) return call;
      return (...parts: unknown[]) => {
        if (!isDue) return call(...parts);
        isDue = false;
        return first(() => call(...parts));
      };
    },
  });
}
