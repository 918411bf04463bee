import type { FunctionDefinition } from './definition.ts';
import type { EnvironmentPool } from './environment-pool.ts';

/** A function that is there. */
export interface LiveFunction {
  readonly definition: FunctionDefinition;
  readonly pool: EnvironmentPool;
  readonly lastModifiedMs: number;
}
