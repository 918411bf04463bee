import type { Json, JsonDocument, JsonObject } from '../json.ts';
import { payloadOf } from '../json.ts';
import type { StateVisit } from '../state-visit.ts';
import { StatesError } from '../states-error.ts';
import type { PendingTask } from './pending-tasks.ts';
import { withinLimits } from './task-limits.ts';

/**
 * Waits for the execution that a task has started, and gives its description; with `parses`, as `.sync:2` does, its input
 * and output as JSON. It is stopped when nobody waits for it any more.
 * https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
 */
export function nestedResult(parses: boolean) {
  return async (visit: StateVisit, task: PendingTask): Promise<JsonDocument> => {
    const { run } = visit.chain;
    const { nested } = run.runtime;
    const { childArn } = task;
    if (childArn === undefined) throw new TypeError('The task has started no execution.');
    try {
      await withinLimits(visit, task, () => nested.ended(childArn));
    } catch (thrown) {
      if (!run.abandoned) nested.stop(childArn);
      throw thrown;
    }
    const described = nested.describe(childArn);
    if (described['Status'] !== 'SUCCEEDED') {
      throw new StatesError('States.TaskFailed', JSON.stringify(described));
    }
    return payloadOf(parses ? withParsed(described, ['Input', 'Output']) : described, visit.name);
  };
}

function withParsed(described: JsonObject, fields: readonly string[]): JsonObject {
  const parsed = (field: string, value: Json): Json =>
    fields.includes(field) && typeof value === 'string' ? (JSON.parse(value) as Json) : value;
  return Object.fromEntries(Object.entries(described).map(([field, value]) => [field, parsed(field, value)]));
}
