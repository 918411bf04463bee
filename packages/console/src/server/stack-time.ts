import type { Clock } from '@device-lifecycle/operator/clock.ts';
import type { Stack } from '@device-lifecycle/operator/stack.ts';
import { createRuntimeClock } from './runtime-clock.ts';

/**
 * What time it is for the stack, in epoch milliseconds: on the laptop that of the runtime, which can have been moved
 * ahead. @throws ApiError where the runtime does not tell
 */
export async function stackTime(
  { clientConfig: { endpoint } }: Pick<Stack, 'clientConfig'>,
  clock: Clock,
): Promise<number> {
  return endpoint === undefined ? clock.now() : (await createRuntimeClock(endpoint).read()).nowMs;
}
