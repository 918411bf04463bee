import type { TaskState } from './definition.ts';
import { taskRunner } from './integrations/run-task.ts';
import type { QueryLanguage } from './query-language.ts';
import { withRecovery } from './recovery.ts';
import type { StateBody, StateVisit } from './state-visit.ts';
import { evaluateAs, type Template } from './template.ts';
import type { Json } from './values.ts';

/** The longest that `TimeoutSeconds` and `HeartbeatSeconds` may be. Source: "Task workflow state". */
export const MAX_TIMEOUT_SECONDS = 99_999_999;

/** Task: `Arguments` go to its resource, whose answer is `$states.result`. */
export function compileTask(state: TaskState, language: QueryLanguage): StateBody {
  const run = taskRunner(state.Resource);
  const work = language.work(state);
  const timeout = language.field(state, 'TimeoutSeconds');
  const heartbeat = language.field(state, 'HeartbeatSeconds');
  const exit = language.exit(state, state.Next);
  return withRecovery(state, language, async (visit) => {
    const prepare = async () => ({
      args: await work(visit),
      timeoutSeconds: await secondsOf(visit, timeout),
      heartbeatSeconds: await secondsOf(visit, heartbeat),
    });
    return exit(visit, { result: await run(visit, prepare) });
  });
}

async function secondsOf(visit: StateVisit, field: Template | undefined): Promise<number | undefined> {
  if (field === undefined) return undefined;
  return evaluateAs(field, visit.scope(), 'positive integer', isSeconds);
}

function isSeconds(value: Json): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= MAX_TIMEOUT_SECONDS;
}
