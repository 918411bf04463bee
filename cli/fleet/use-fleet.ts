import type { CommandContext } from '../command.ts';
import type { Stack } from '../stack.ts';
import type { FleetTools } from './ports.ts';

/** Connects to the stack, has it used, and closes the connections. */
export type UseFleet = <T>(use: (tools: FleetTools, stack: Stack) => Promise<T>) => Promise<T>;

/** Loads the SDK when it is used. */
export function useFleetOf(context: Pick<CommandContext, 'connect'>): UseFleet {
  return async (use) => {
    const { withFleet } = await import('./with-fleet.ts');
    return withFleet(context, use);
  };
}
