import { setImmediate } from 'node:timers/promises';
import type { Executions } from './executions.ts';
import type { NestedExecutions } from './integrations/nested-executions.ts';
import { capitalized } from './integrations/sdk-services.ts';
import { isJsonObject, type Json, type JsonObject } from './json.ts';

/** Executions that tasks of others wait for; `describe` answers DescribeExecution. */
export function nestedExecutions(
  executions: () => Executions,
  describe: (executionArn: string) => object,
): NestedExecutions {
  return {
    async ended(executionArn) {
      // Those that an earlier runtime has left are resumed one after another, in one turn.
      await setImmediate();
      await executions().settled(executionArn);
      // One that does not run, and has not ended, waits for its machine to be there again.
      if (executions().find(executionArn)?.end === undefined) await new Promise(() => undefined);
    },
    describe: (executionArn) => capitalizedFields(describe(executionArn) as JsonObject),
    stop: (executionArn) => executions().stop(executionArn, undefined, undefined),
  };
}

/** In the order of their names, as Step Functions has them. */
function capitalizedFields(described: JsonObject): JsonObject {
  const fields = Object.entries(described).map(
    ([name, value]) => [capitalized(name), fieldValue(name, value)] as const,
  );
  return Object.fromEntries(fields.sort(([one], [other]) => (one < other ? -1 : 1)));
}

function fieldValue(name: string, value: Json): Json {
  if (isJsonObject(value)) return capitalizedFields(value);
  return name.endsWith('Date') && typeof value === 'number' ? Math.round(value * 1_000) : value;
}
