import type { Random } from '@device-lifecycle/test-kit/random.ts';
import { DRAFTS, draftRegister, type Operation } from '../concurrency/plan.ts';

export const DEVICE_IDS = ['pump', 'valve', 'fan'] as const;
const SERIAL_NUMBERS = ['SN-1', 'SN-2', 'SN-3', 'SN-4'];
/** AWS IoT has received a request so long before a function gets it, at the most. */
const MAX_LATENESS_MS = 3_000;
const DUPLICATES = 0.25;

/**
 * Makes up requests, one after the other; a quarter of them are repetitions of others. In each round there is more of
 * one thing, less of another, so that what is rare meets what is rare.
 */
export class Requests {
  readonly #random: Random;
  readonly #made: Operation[] = [];
  readonly count: number;
  readonly #deviceIds: readonly string[];
  readonly #drafts: typeof DRAFTS;
  #asked = 0;

  constructor(random: Random, count: number) {
    this.#random = random;
    this.count = count;
    this.#deviceIds = DEVICE_IDS.slice(0, random.pick([1, 2, 3]));
    this.#drafts = DRAFTS.map(([weight, draft]) => [weight * random.pick([0.2, 1, 1, 4]), draft]);
  }

  get areLeft(): boolean {
    return this.#asked < this.count;
  }

  next(nowEpochMs: number): Operation {
    const random = this.#random;
    const index = this.#asked;
    this.#asked += 1;
    const early = this.#deviceIds[index];
    if (early === undefined && random.chance(DUPLICATES)) return random.pick(this.#made);
    const draft = {
      random,
      serialNumbers: early === undefined ? SERIAL_NUMBERS : SERIAL_NUMBERS.slice(index, index + 1),
      deviceId: early ?? random.pick(this.#deviceIds),
      requestId: `request-${index}`,
      requestedAt: nowEpochMs - (random.chance(0.5) ? 0 : random.below(MAX_LATENESS_MS)),
    };
    const request = early === undefined ? random.weighted(this.#drafts)(draft) : draftRegister(draft);
    this.#made.push(request);
    return request;
  }
}
