import type { JsonObject } from '../json.ts';

/** Executions that tasks wait for. */
export interface NestedExecutions {
  /** Resolves once an execution has ended. */
  ended(executionArn: string): Promise<void>;
  /** The answer of DescribeExecution, its fields in PascalCase and its times in milliseconds since the epoch. */
  describe(executionArn: string): JsonObject;
  /** Ends one that runs. */
  stop(executionArn: string): void;
}
