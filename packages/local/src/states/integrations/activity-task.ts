import { NOT_TRUNCATED } from '../history.ts';
import type { JsonDocument } from '../json.ts';
import type { StateVisit } from '../state-visit.ts';
import { runtimeError } from '../states-error.ts';
import { callbackResult } from './callback.ts';
import type { PendingTask } from './pending-tasks.ts';
import { limitsOf, type TaskAttempt } from './task-attempt.ts';
import { withPendingTask } from './with-pending-task.ts';

/**
 * Runs a task of an activity: a worker takes it by GetActivityTask, and tells how it ended by its token. Its limits count
 * from there. https://docs.aws.amazon.com/step-functions/latest/dg/concepts-activities.html
 */
export function runActivity(
  visit: StateVisit,
  arn: string,
  prepare: () => Promise<TaskAttempt>,
): Promise<JsonDocument> {
  return withPendingTask(visit, false, async (left) => {
    const task = left.activity === undefined ? await schedule(visit, arn, left, prepare) : left;
    try {
      const result = await callbackResult(visit, task, (current) => noteWorker(visit, current));
      visit.append('ActivitySucceeded', { output: result.text, outputDetails: NOT_TRUNCATED });
      return result;
    } catch (thrown) {
      const failure = visit.failure(thrown);
      visit.append(
        failure.told().error === 'States.Timeout' ? 'ActivityTimedOut' : 'ActivityFailed',
        failure.told(),
      );
      throw failure;
    }
  });
}

async function schedule(
  visit: StateVisit,
  arn: string,
  task: PendingTask,
  prepare: () => Promise<TaskAttempt>,
): Promise<PendingTask> {
  const { args, ...limits } = await prepare();
  const { pending, activities } = visit.chain.run.runtime;
  if (!activities.has(arn)) throw runtimeError(`The activity ${arn} does not exist.`);
  visit.append('ActivityScheduled', {
    resource: arn,
    input: args.text,
    inputDetails: NOT_TRUNCATED,
    ...limitsOf(limits),
  });
  const activity = { arn, input: args.text, isTaken: false, isNoted: false };
  return pending.submitted(task, { ...limits, activity });
}

/** Tells the history who has taken the task, once. */
function noteWorker(visit: StateVisit, task: PendingTask): void {
  const { activity } = task;
  if (activity === undefined || !activity.isTaken || activity.isNoted) return;
  const { workerName } = activity;
  visit.append('ActivityStarted', workerName === undefined ? {} : { workerName });
  visit.chain.run.runtime.pending.noted(task, activity);
}
