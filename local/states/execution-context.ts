import type { ExecutionRecord } from './execution-store.ts';
import type { Json, JsonObject } from './json.ts';
import type { Machine } from './machine.ts';

/**
 * `Execution` and `StateMachine` of the context object.
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
 */
export function contextOf({ arn, name: machineName, roleArn }: Machine, record: ExecutionRecord): JsonObject {
  const { executionArn, name, input, startDateMs, redrive } = record;
  return {
    Execution: {
      Id: executionArn,
      Input: JSON.parse(input) as Json,
      Name: name,
      RoleArn: roleArn,
      StartTime: new Date(startDateMs).toISOString(),
      RedriveCount: redrive?.count ?? 0,
      ...(redrive === undefined ? {} : { RedriveTime: new Date(redrive.dateMs).toISOString() }),
    },
    StateMachine: { Id: arn, Name: machineName },
  };
}
