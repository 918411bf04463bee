import { driveClosed } from './traffic.ts';
import type { World } from './world.ts';

/** Enough that processors, not round trips, are the limit. */
const CONCURRENCY = 64;

export interface MaximumSpans {
  readonly warmUpSeconds: number;
  readonly measuredSeconds: number;
}

/** How many requests a second of the mix a stack answers, when the next is sent as soon as one is answered. */
export async function measureMaximum(
  world: World,
  { warmUpSeconds, measuredSeconds }: MaximumSpans,
  signal: AbortSignal,
): Promise<number> {
  await driveClosed(world, CONCURRENCY, warmUpSeconds, signal);
  const perSecond = await driveClosed(world, CONCURRENCY, measuredSeconds, signal);
  console.log(`  maximum: ${perSecond.toFixed(0)} requests a second, ${CONCURRENCY} at a time`);
  return perSecond;
}
