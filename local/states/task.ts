import type { TaskState } from './definition.ts';
import type { Json, JsonDocument } from './json.ts';
import { payloadOf } from './json.ts';
import { invokeFunctionArn } from './lambda-function-task.ts';
import { invokeLambdaService } from './lambda-invoke-task.ts';
import { withRecovery } from './recovery.ts';
import { compileResults, exitWith } from './results.ts';
import type { StateBody, StateVisit } from './state-visit.ts';
import { isLambdaInvoke } from './task-resource.ts';
import type { Template } from './template.ts';
import { compileOptional, evaluateAs, evaluateTemplate } from './template.ts';

/** The longest that `TimeoutSeconds` may be. Source: "Task workflow state". */
export const MAX_TIMEOUT_SECONDS = 99_999_999;

/** Task: `Arguments` go to its resource, whose answer is `$states.result`. */
export function compileTask(state: TaskState): StateBody {
  const { Resource: resource } = state;
  const perform = isLambdaInvoke(resource) ? invokeLambdaService : invokeFunctionArn;
  const args = compileOptional(state.Arguments, 'Arguments');
  const timeout = compileOptional(state.TimeoutSeconds, 'TimeoutSeconds');
  const results = compileResults(state, state.Next);
  return withRecovery(state, async (visit) => {
    const attempt = {
      resource,
      args: await argumentsOf(visit, args),
      timeoutSeconds: await timeoutOf(visit, timeout),
    };
    const result = await perform(visit, attempt);
    return exitWith(visit, results, visit.scope({ result: result.value }), result);
  });
}

async function argumentsOf(visit: StateVisit, args: Template | undefined): Promise<JsonDocument> {
  if (args === undefined) return visit.input;
  return payloadOf(await evaluateTemplate(args, visit.scope()), visit.name);
}

async function timeoutOf(visit: StateVisit, timeout: Template | undefined): Promise<number | undefined> {
  if (timeout === undefined) return undefined;
  return evaluateAs(timeout, visit.scope(), 'positive integer', isTimeout);
}

function isTimeout(value: Json): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= MAX_TIMEOUT_SECONDS;
}
