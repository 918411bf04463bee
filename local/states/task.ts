import type { TaskState } from './definition.ts';
import type { Json } from './json.ts';
import { invokeFunctionArn } from './lambda-function-task.ts';
import { invokeLambdaService } from './lambda-invoke-task.ts';
import type { QueryLanguage, Template } from './query-language.ts';
import { withRecovery } from './recovery.ts';
import type { StateBody, StateVisit } from './state-visit.ts';
import { isLambdaInvoke } from './task-resource.ts';
import { evaluateAs } from './template.ts';

/** The longest that `TimeoutSeconds` may be. Source: "Task workflow state". */
export const MAX_TIMEOUT_SECONDS = 99_999_999;

/** Task: `Arguments` go to its resource, whose answer is `$states.result`. */
export function compileTask(state: TaskState, language: QueryLanguage): StateBody {
  const { Resource: resource } = state;
  const perform = isLambdaInvoke(resource) ? invokeLambdaService : invokeFunctionArn;
  const work = language.work(state);
  const timeout = language.field(state, 'TimeoutSeconds');
  const exit = language.exit(state, state.Next);
  return withRecovery(state, language, async (visit) => {
    const attempt = {
      resource,
      args: await work(visit),
      timeoutSeconds: await timeoutOf(visit, timeout),
    };
    const result = await perform(visit, attempt);
    visit.inspect('result', result);
    return exit(visit, { result });
  });
}

async function timeoutOf(visit: StateVisit, timeout: Template | undefined): Promise<number | undefined> {
  if (timeout === undefined) return undefined;
  return evaluateAs(timeout, visit.scope(), 'positive integer', isTimeout);
}

function isTimeout(value: Json): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= MAX_TIMEOUT_SECONDS;
}
