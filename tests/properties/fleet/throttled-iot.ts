import type { Random } from '@device-lifecycle/test-kit/random.ts';
import { Throttled } from '../../../shared/errors.ts';
import type { Remains } from '../../../shared/ports.ts';
import { createFakeIot, type FakeIot } from '../../support/fake-remains.ts';
import { certificateIdOf, deviceIdOf, indexOf } from './expiring-fleet.ts';

export type RemainsOperation = keyof Remains;

/** What an account may call: so many a second of each operation, and as many at once as have been saved up. */
interface Quota {
  readonly perSecond: number;
  readonly burst: number;
}

/** One call that AWS IoT has carried out. */
interface IotCall {
  readonly operation: RemainsOperation;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** AWS IoT with a fleet's things and their certificates, and with its quotas. */
export interface ThrottledIot {
  readonly remains: Remains;
  readonly calls: readonly IotCall[];
  readonly throttled: () => number;
  /** What there is of a device. */
  readonly of: (index: number) => FakeIot;
}

interface ThrottledIotOptions {
  readonly devices: number;
  readonly clock: () => number;
  readonly random: Random;
  readonly quotaOf: (operation: RemainsOperation) => Quota;
  /** How likely somebody else in the account has used up a quota, just before a call. */
  readonly busyness: number;
}

const OPERATIONS: readonly RemainsOperation[] = [
  'listPrincipals',
  'describeCertificate',
  'revokeCertificate',
  'closeConnection',
  'detachCertificate',
  'deleteCertificate',
  'listBelongings',
  'removeFromThingGroup',
  'deleteShadow',
  'deleteThing',
];

/** The longest that a certificate stays attached after AWS IoT has said that it is not. */
const DETACHMENT_MS = 5_000;

function createThing(index: number): FakeIot {
  const iot = createFakeIot();
  const thingName = deviceIdOf(index);
  iot.addCertificate(certificateIdOf(index), {}, thingName);
  iot.shadows.set(thingName, new Set(['', 'config']));
  iot.thingGroups.set('pumps', new Set([thingName]));
  return iot;
}

function createBucket({ perSecond, burst }: Quota, clock: () => number) {
  let tokens = burst;
  let filledAt = clock();
  return {
    isRefused(): boolean {
      const now = clock();
      tokens = Math.min(burst, tokens + ((now - filledAt) / 1000) * perSecond);
      filledAt = now;
      if (tokens < 1) return true;
      tokens -= 1;
      return false;
    },
    drain() {
      tokens = 0;
      filledAt = clock();
    },
  };
}

export function createThrottledIot(options: ThrottledIotOptions): ThrottledIot {
  const { clock, random, quotaOf, busyness } = options;
  const things = Array.from({ length: options.devices }, (_, index) => createThing(index));
  const calls: IotCall[] = [];
  const buckets = new Map<RemainsOperation, ReturnType<typeof createBucket>>();
  /** Epoch milliseconds, by device. */
  const detachedAt = new Map<number, number>();
  let throttled = 0;

  function of(index: number): FakeIot {
    const thing = things[index];
    if (thing === undefined) throw new Error(`There is no device ${index}.`);
    return thing;
  }
  function bucketOf(operation: RemainsOperation) {
    const bucket = buckets.get(operation) ?? createBucket(quotaOf(operation), clock);
    buckets.set(operation, bucket);
    return bucket;
  }
  function admit(operation: RemainsOperation): void {
    const bucket = bucketOf(operation);
    if (random.chance(busyness)) bucket.drain();
    if (bucket.isRefused()) {
      throttled += 1;
      throw new Throttled('AWS IoT throttled the request. Try again.');
    }
    calls.push({ operation, at: clock() });
  }
  const call =
    (operation: RemainsOperation) =>
    async (...parts: [name: string, ...rest: string[]]) => {
      admit(operation);
      const index = indexOf(parts[0]);
      const thing = of(index);
      if (operation === 'detachCertificate') {
        detachedAt.set(index, clock() + random.below(DETACHMENT_MS));
        return undefined;
      }
      if (clock() >= (detachedAt.get(index) ?? Number.POSITIVE_INFINITY)) {
        thing.certificates.get(certificateIdOf(index))?.thingNames.clear();
      }
      return (thing[operation] as (...all: string[]) => Promise<unknown>)(...parts);
    };
  const remains = Object.fromEntries(OPERATIONS.map((operation) => [operation, call(operation)]));
  return { remains: remains as unknown as Remains, calls, throttled: () => throttled, of };
}

/** The most calls that were saved up at any time by whoever makes `perSecond` evenly: 1 for who is exact. */
export function largestBurst(calls: readonly IotCall[], perSecond: number): number {
  let level = 0;
  let last = Number.NEGATIVE_INFINITY;
  let largest = 0;
  for (const { at } of calls) {
    level = Math.max(0, level - ((at - last) / 1000) * perSecond) + 1;
    last = at;
    largest = Math.max(largest, level);
  }
  return largest;
}

/** The most calls within one second. */
export function mostInASecond(calls: readonly IotCall[]): number {
  let first = 0;
  let most = 0;
  for (const [index, { at }] of calls.entries()) {
    while ((calls[first]?.at ?? at) <= at - 1000) first += 1;
    most = Math.max(most, index - first + 1);
  }
  return most;
}
