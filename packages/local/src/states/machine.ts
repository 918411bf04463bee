import type { ExecutionType } from './definition.ts';
import type { DeployedMachine } from './execution-log.ts';
import type { CompiledStates } from './run-chain.ts';

/** A state machine that is ready to run. */
export interface Machine extends DeployedMachine {
  readonly states: CompiledStates;
}

const YEAR_SECONDS = 365 * 24 * 60 * 60;

/** How long an execution may be open since its start, however often it is redriven. */
export const MAX_OPEN_TIME_MS = YEAR_SECONDS * 1_000;

/** https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html#service-limits-state-machine-executions */
const MAX_SECONDS: Readonly<Record<ExecutionType, number>> = { STANDARD: YEAR_SECONDS, EXPRESS: 300 };

/** The limit of an execution of a type in seconds, where its definition gives `timeoutSeconds`. */
export function timeoutSecondsOf(type: ExecutionType, timeoutSeconds = MAX_SECONDS[type]): number {
  return Math.min(timeoutSeconds, MAX_SECONDS[type]);
}
