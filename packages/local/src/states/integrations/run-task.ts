import { NOT_TRUNCATED } from '../history.ts';
import { interruptible } from '../interruption.ts';
import type { StateVisit } from '../state-visit.ts';
import { type JsonDocument, payloadOf, StatesError, withinQuota } from '../values.ts';
import { checkedArguments, invokeLambda, type TaskAttempt, withinLimits } from './lambda.ts';
import type { PendingTask } from './pending-tasks.ts';

/**
 * Waits until a task's token comes back, and gives the output that came with it. Throws `StatesError` for what failed, and for limits that were reached.
 */
export async function callbackResult(visit: StateVisit, task: PendingTask): Promise<JsonDocument> {
  const { pending } = visit.chain.run.runtime;
  for (;;) {
    const current = pending.current(task);
    const { outcome } = current;
    if (outcome === undefined) await withinLimits(visit, current, (signal) => pending.changed(task, signal));
    else if ('output' in outcome) {
      return withinQuota({ value: JSON.parse(outcome.output), text: outcome.output }, visit.name);
    } else throw new StatesError(outcome.error ?? '', outcome.cause);
  }
}

/** How a task waits for what it has called. "Discover service integration patterns in Step Functions". */
type Pattern = 'request' | 'waitForTaskToken';

const INVOKE = /^arn:aws[a-z-]*:states:[a-z0-9-]*:\d*:lambda:invoke(\.waitForTaskToken)?$/;
const SERVICE =
  /^arn:aws[a-z-]*:(lambda:|states:[a-z0-9-]*:\d*:[a-z0-9-]+(:[a-z0-9-]+)?:[A-Za-z0-9]+(\.[A-Za-z0-9:]+)?$)/;

/** The pattern of a `Resource`; undefined for what this runtime can't run. */
function patternOf(text: string): Pattern | undefined {
  const invoke = INVOKE.exec(text);
  if (invoke === null) return undefined;
  return invoke[1] === undefined ? 'request' : 'waitForTaskToken';
}

/** Why this runtime can't run a resource, as the end of a sentence; undefined when it can. */
export function resourceRefusal(text: string): string | undefined {
  if (patternOf(text) !== undefined) return undefined;
  if (SERVICE.test(text)) {
    return 'the laptop runtime runs lambda:invoke and lambda:invoke.waitForTaskToken: call other services from a function';
  }
  // In AWS's words.
  return 'it is not recognized. The value is not a valid resource ARN, or the resource is not available in this region';
}

/** Why an Express workflow can't have a resource, in AWS's words; undefined when it can. */
export function expressRefusal(text: string): string | undefined {
  if (patternOf(text) !== 'waitForTaskToken') return undefined;
  return "Express state machine does not support '.waitForTaskToken' service integration";
}

/**
 * Runs an attempt that waits for its token to come back: a new task, or the one that an earlier runtime has
 * left there; expressions see the task's token. One that has succeeded inside of a Map or a Parallel stays:
 * a restart runs that again, and nobody is to be asked again who has answered.
 */
export async function withPendingTask(
  visit: StateVisit,
  attempt: (task: PendingTask) => Promise<JsonDocument>,
): Promise<JsonDocument> {
  const { executionArn, runtime } = visit.chain.run;
  const { place, retryCount } = visit;
  const task =
    runtime.pending.at(executionArn, place) ?? runtime.pending.open({ executionArn, place, retryCount });
  visit.retryCount = task.retryCount;
  visit.taskToken = runtime.pending.tokenOf(task);
  let isToStay = false;
  try {
    const result = await attempt(task);
    isToStay = visit.isRepeated;
    return result;
  } finally {
    // The next runtime goes on with what this one lets go of.
    if (!isToStay && !visit.chain.run.abandoned) runtime.pending.remove(task);
  }
}

/**
 * Runs one attempt of a task and gives its result; `prepare` evaluates what the attempt is given, and is not called for
 * one that an earlier runtime has begun already. Throws `StatesError`.
 */
export type TaskRunner = (visit: StateVisit, prepare: () => Promise<TaskAttempt>) => Promise<JsonDocument>;

const RESOURCE_TYPE = 'lambda';

/** What runs the tasks of a `Resource`, which `resourceRefusal` has nothing against. */
export function taskRunner(text: string): TaskRunner {
  return patternOf(text) === 'request' ? runInvoke : runCallback;
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
  const { timeoutSeconds, heartbeatSeconds } = attempt;
  visit.append('TaskScheduled', {
    ...namesOf(pattern),
    region: visit.chain.run.runtime.region,
    parameters: attempt.args.text,
    ...(timeoutSeconds === undefined ? {} : { timeoutInSeconds: timeoutSeconds }),
    ...(heartbeatSeconds === undefined ? {} : { heartbeatInSeconds: heartbeatSeconds }),
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
