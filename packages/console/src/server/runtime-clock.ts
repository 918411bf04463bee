import * as z from 'zod';
import type { LaptopClock } from '../contract/laptop.ts';
import { ApiError } from './api-error.ts';

/** The clock of the laptop's runtime, which can be moved forward. */
export interface RuntimeClock {
  /** @throws ApiError where the runtime does not answer */
  read(): Promise<LaptopClock>;
  /** @throws ApiError where it cannot be moved by so much, or the runtime does not answer */
  advance(seconds: number): Promise<LaptopClock>;
  /** Epoch milliseconds, with the offset that was heard of last. */
  now(): number;
}

const answer = z.object({ now: z.iso.datetime(), offsetSeconds: z.number() });
const refusal = z.object({ message: z.string() });

/** `endpoint`: of the runtime, for AWS calls. */
export function createRuntimeClock(endpoint: string): RuntimeClock {
  const url = new URL('/_local/clock', endpoint);
  let offsetMs = 0;
  const call = async (init: RequestInit): Promise<LaptopClock> => {
    const response = await ask(url, init);
    const body: unknown = await response.json();
    if (!response.ok) throw new ApiError('invalid', refusal.parse(body).message);
    const { now, offsetSeconds } = answer.parse(body);
    offsetMs = offsetSeconds * 1_000;
    return { nowMs: Date.parse(now), offsetSeconds };
  };
  return {
    read: () => call({}),
    advance: (advanceSeconds) => call({ method: 'POST', body: JSON.stringify({ advanceSeconds }) }),
    now: () => Date.now() + offsetMs,
  };
}

async function ask(url: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    const sentence = `The runtime does not answer at ${url}: see whether "npm start" still runs.`;
    throw new ApiError('unreachable', sentence, { cause: error });
  }
}
