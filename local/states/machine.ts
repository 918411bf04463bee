import type { ExecutionType } from './definition.ts';
import type { CompiledStates } from './run-chain.ts';
import type { DeployedMachine } from './state-machine-config.ts';

/** A state machine that is ready to run. */
export interface Machine extends DeployedMachine {
  readonly states: CompiledStates;
}

const MAX_EXPRESS_SECONDS = 300;

/** The limit of an execution of a type in seconds, where its definition gives `timeoutSeconds`. */
export function timeoutSecondsOf(
  type: ExecutionType,
  timeoutSeconds: number | undefined,
): number | undefined {
  if (type === 'STANDARD') return timeoutSeconds;
  return Math.min(timeoutSeconds ?? MAX_EXPRESS_SECONDS, MAX_EXPRESS_SECONDS);
}
