import { NOT_TRUNCATED } from '../history.ts';
import { interruptible } from '../interruption.ts';
import type { JsonDocument, JsonObject } from '../json.ts';
import { payloadOf } from '../json.ts';
import type { StateVisit } from '../state-visit.ts';
import { StatesError } from '../states-error.ts';
import { runActivity } from './activity-task.ts';
import { callbackResult } from './callback.ts';
import { invokeFunctionArn } from './lambda-function.ts';
import { nestedResult } from './nested-execution.ts';
import type { PendingTask } from './pending-tasks.ts';
import { parseResource, type ServiceResource } from './resource.ts';
import { checkedArguments, type ServiceCaller, serviceCaller } from './service-call.ts';
import { limitsOf, type TaskAttempt } from './task-attempt.ts';
import { withPendingTask } from './with-pending-task.ts';

/**
 * Runs one attempt of a task and gives its result; `prepare` evaluates what the attempt is given, and is not called for
 * one that an earlier runtime has begun already. Throws `StatesError`.
 */
export type TaskRunner = (visit: StateVisit, prepare: () => Promise<TaskAttempt>) => Promise<JsonDocument>;

/** What runs the tasks of a `Resource`, which `resourceRefusal` has nothing against. */
export function taskRunner(text: string): TaskRunner {
  const resource = parseResource(text);
  switch (resource?.kind) {
    case undefined:
      throw new TypeError(`${text} is no resource of a task.`);
    case 'function':
      return async (visit, prepare) => invokeFunctionArn(visit, resource.arn, await prepare());
    case 'activity':
      return (visit, prepare) => runActivity(visit, resource.arn, prepare);
    case 'service':
      return resource.pattern === 'request' ? requestRunner(resource) : waitingRunner(resource);
  }
}

/** Goes on when the service has answered. */
function requestRunner(resource: ServiceResource): TaskRunner {
  const call = serviceCaller(resource);
  return async (visit, prepare) => {
    const attempt = await prepare();
    const args = checkedArguments(resource, attempt.args.value);
    begin(visit, resource, attempt);
    return recorded(visit, resource, 'TaskFailed', async () =>
      payloadOf(
        await interruptible(visit.chain, call(visit, args), attempt.timeoutSeconds),
        resource.resourceType,
      ),
    );
  };
}

/** Goes on when what the service was asked for has ended: when its token has come back, or its execution has ended. */
function waitingRunner(resource: ServiceResource): TaskRunner {
  const call = serviceCaller(resource);
  const isCallback = resource.pattern === 'waitForTaskToken';
  const resultOf = isCallback ? callbackResult : nestedResult(resource.pattern === 'sync:2');
  return (visit, prepare) =>
    withPendingTask(visit, isCallback, async (left) => {
      const task = left.startedMs === undefined ? await submit(visit, resource, call, left, prepare) : left;
      return recorded(visit, resource, 'TaskFailed', () => resultOf(visit, task));
    });
}

async function submit(
  visit: StateVisit,
  resource: ServiceResource,
  call: ServiceCaller,
  task: PendingTask,
  prepare: () => Promise<TaskAttempt>,
): Promise<PendingTask> {
  const attempt = await prepare();
  const args = checkedArguments(resource, attempt.args.value);
  begin(visit, resource, attempt);
  const { timeoutSeconds } = attempt;
  // Who has no token can't send heartbeats.
  const heartbeatSeconds = resource.pattern === 'waitForTaskToken' ? attempt.heartbeatSeconds : undefined;
  return recorded(visit, resource, 'TaskSubmitFailed', async () => {
    // An execution that a killed runtime has started is found again by its name.
    const named = resource.pattern.startsWith('sync') ? { Name: task.id, ...args } : args;
    await visit.chain.run.runtime.pending.kept();
    const called = call(visit, named);
    const answer = await interruptible(visit.chain, called, timeoutSeconds).catch((thrown) => {
      stopWhenStarted(visit, resource, called);
      throw thrown;
    });
    const { text } = payloadOf(answer, resource.resourceType);
    visit.append('TaskSubmitted', { ...namesOf(resource), output: text, outputDetails: NOT_TRUNCATED });
    return visit.chain.run.runtime.pending.submitted(task, {
      timeoutSeconds,
      heartbeatSeconds,
      ...childOf(resource, answer),
    });
  });
}

/** Nobody waits any more for an execution that is just being started. */
function stopWhenStarted(visit: StateVisit, { pattern }: ServiceResource, called: Promise<JsonObject>): void {
  const { abandoned, runtime } = visit.chain.run;
  if (pattern === 'waitForTaskToken' || abandoned) return;
  called.then(
    ({ ExecutionArn }) => {
      if (typeof ExecutionArn === 'string') runtime.nested.stop(ExecutionArn);
    },
    // It has not started: there is nothing to stop.
    () => undefined,
  );
}

function childOf({ pattern }: ServiceResource, { ExecutionArn }: JsonObject): { childArn?: string } {
  if (pattern === 'waitForTaskToken' || typeof ExecutionArn !== 'string') return {};
  if (ExecutionArn.includes(':express:')) {
    throw new StatesError(
      'StepFunctions.StateMachineTypeNotSupportedException',
      `Only Standard executions can be awaited (.${pattern}), and ${ExecutionArn} is an Express one.`,
    );
  }
  return { childArn: ExecutionArn };
}

function begin(visit: StateVisit, resource: ServiceResource, attempt: TaskAttempt): void {
  visit.append('TaskScheduled', {
    ...namesOf(resource),
    region: visit.chain.run.runtime.region,
    parameters: attempt.args.text,
    ...limitsOf(attempt),
  });
  visit.append('TaskStarted', namesOf(resource));
}

/** Tells the history how `work` ended; what was submitted has not succeeded yet. */
async function recorded<T extends JsonDocument | PendingTask>(
  visit: StateVisit,
  resource: ServiceResource,
  failed: 'TaskFailed' | 'TaskSubmitFailed',
  work: () => Promise<T>,
): Promise<T> {
  const names = namesOf(resource);
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

function namesOf({ resourceType, resource }: ServiceResource) {
  return { resourceType, resource };
}
