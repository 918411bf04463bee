import type { ExecutionRecord } from './execution-store.ts';
import type { Json, JsonObject } from './json.ts';
import type { Machine } from './machine.ts';

/**
 * `Execution` and `StateMachine` of the context object.
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
 */
export function contextOf(machine: Machine, record: ExecutionRecord): JsonObject {
  const { arn, name: machineName, roleArn, type } = machine;
  const { executionArn, name, input, startDateMs, redrive } = record;
  return {
    Execution: {
      Id: executionArn,
      Input: JSON.parse(input) as Json,
      StartTime: new Date(startDateMs).toISOString(),
      Name: name,
      RoleArn: roleArn,
      // Express executions are never redriven.
      ...(type === 'STANDARD' ? { RedriveCount: redrive?.count ?? 0 } : {}),
      ...(redrive === undefined ? {} : { RedriveTime: new Date(redrive.dateMs).toISOString() }),
    },
    StateMachine: { Id: arn, Name: machineName },
  };
}
