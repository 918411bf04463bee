import type { Connection, Stack } from '../stack.ts';
import type { FleetTools } from './ports.ts';

/** Connects to the stack, has it used, and closes the connections. */
export type UseFleet = <T>(use: (tools: FleetTools, stack: Stack) => Promise<T>) => Promise<T>;

/** Loads the SDK when it is used. */
export function useFleetOf(context: Connection): UseFleet {
  return async (use) => {
    const { withFleet } = await import('./with-fleet.ts');
    return withFleet(context, use);
  };
}
