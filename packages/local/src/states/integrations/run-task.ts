import { NOT_TRUNCATED } from '../history.ts';
import { interruptible } from '../interruption.ts';
import type { JsonDocument } from '../json.ts';
import { payloadOf } from '../json.ts';
import type { StateVisit } from '../state-visit.ts';
import { callbackResult } from './callback.ts';
import { invokeFunctionArn } from './lambda-function.ts';
import { checkedArguments, invokeLambda } from './lambda-invoke.ts';
import type { PendingTask } from './pending-tasks.ts';
import { type Pattern, parseResource } from './resource.ts';
import { limitsOf, type TaskAttempt } from './task-attempt.ts';
import { withPendingTask } from './with-pending-task.ts';

/**
 * Runs one attempt of a task and gives its result; `prepare` evaluates what the attempt is given, and is not called for
 * one that an earlier runtime has begun already. Throws `StatesError`.
 */
export type TaskRunner = (visit: StateVisit, prepare: () => Promise<TaskAttempt>) => Promise<JsonDocument>;

const RESOURCE_TYPE = 'lambda';

/** What runs the tasks of a `Resource`, which `resourceRefusal` has nothing against. */
export function taskRunner(text: string): TaskRunner {
  const resource = parseResource(text);
  switch (resource?.kind) {
    case undefined:
      throw new TypeError(`${text} is no resource of a task.`);
    case 'function':
      return async (visit, prepare) => invokeFunctionArn(visit, resource.arn, await prepare());
    case 'invoke':
      return resource.pattern === 'request' ? runInvoke : runCallback;
  }
}

/** Goes on when the function has answered. */
const runInvoke: TaskRunner = async (visit, prepare) => {
  const attempt = await prepare();
  const args = checkedArguments(attempt.args.value);
  begin(visit, 'request', attempt);
  return recorded(visit, 'request', 'TaskFailed', async () =>
    payloadOf(
      await interruptible(visit.chain, invokeLambda(visit, args), attempt.timeoutSeconds),
      RESOURCE_TYPE,
    ),
  );
};

/** Goes on when the task's token has come back. */
const runCallback: TaskRunner = (visit, prepare) =>
  withPendingTask(visit, async (left) => {
    const task = left.startedMs === undefined ? await submit(visit, left, prepare) : left;
    return recorded(visit, 'waitForTaskToken', 'TaskFailed', () => callbackResult(visit, task));
  });

async function submit(
  visit: StateVisit,
  task: PendingTask,
  prepare: () => Promise<TaskAttempt>,
): Promise<PendingTask> {
  const attempt = await prepare();
  const args = checkedArguments(attempt.args.value);
  begin(visit, 'waitForTaskToken', attempt);
  const { timeoutSeconds, heartbeatSeconds } = attempt;
  return recorded(visit, 'waitForTaskToken', 'TaskSubmitFailed', async () => {
    const { pending } = visit.chain.run.runtime;
    await pending.kept();
    const answer = await interruptible(visit.chain, invokeLambda(visit, args), timeoutSeconds);
    const { text } = payloadOf(answer, RESOURCE_TYPE);
    visit.append('TaskSubmitted', {
      ...namesOf('waitForTaskToken'),
      output: text,
      outputDetails: NOT_TRUNCATED,
    });
    return pending.submitted(task, { timeoutSeconds, heartbeatSeconds });
  });
}

function begin(visit: StateVisit, pattern: Pattern, attempt: TaskAttempt): void {
  visit.append('TaskScheduled', {
    ...namesOf(pattern),
    region: visit.chain.run.runtime.region,
    parameters: attempt.args.text,
    ...limitsOf(attempt),
  });
  visit.append('TaskStarted', namesOf(pattern));
}

/** Tells the history how `work` ended; what was submitted has not succeeded yet. */
async function recorded<T extends JsonDocument | PendingTask>(
  visit: StateVisit,
  pattern: Pattern,
  failed: 'TaskFailed' | 'TaskSubmitFailed',
  work: () => Promise<T>,
): Promise<T> {
  const names = namesOf(pattern);
  try {
    const result = await work();
    if ('text' in result) {
      visit.append('TaskSucceeded', { ...names, output: result.text, outputDetails: NOT_TRUNCATED });
    }
    return result;
  } catch (thrown) {
    const failure = visit.failure(thrown);
    const type = failure.told().error === 'States.Timeout' ? 'TaskTimedOut' : failed;
    visit.append(type, { ...names, ...failure.told() });
    throw failure;
  }
}

function namesOf(pattern: Pattern) {
  return { resourceType: RESOURCE_TYPE, resource: pattern === 'request' ? 'invoke' : `invoke.${pattern}` };
}
