import { AwsError } from '../../aws.ts';
import type { ActivityRecord } from '../activities.ts';
import { linkController } from '../interruption.ts';
import type { JsonObject } from '../json.ts';
import { requiredName, requireOwnedKey, tagsOf, withTags } from './machine-request.ts';
import { type ApiContext, epochSeconds } from './operations.ts';
import { pageOf, pageRequest } from './page.ts';
import { optionalText, requiredArn } from './request.ts';

const POLL_MS = 60_000;
const MAX_WORKER_NAME_LENGTH = 80;
const LISTING = 'activities';

/** CreateActivity: one of the same name is made once more. */
export function createActivity(request: JsonObject, context: ApiContext): object {
  const name = requiredName(request);
  requireOwnedKey(request);
  const activityArn = `arn:aws:states:${context.region}:${context.accountId}:activity:${name}`;
  const existing = context.activities.get(activityArn);
  if (existing !== undefined) return created(existing);
  const tags = withTags([], tagsOf(request), activityArn);
  const sequence = (context.activities.list().at(-1)?.sequence ?? 0) + 1;
  const record = { activityArn, name, creationDateMs: context.clock.now(), sequence, tags };
  context.activities.put(record);
  return created(record);
}

function created({ activityArn, creationDateMs }: ActivityRecord): object {
  return { activityArn, creationDate: epochSeconds(creationDateMs) };
}

/** DescribeActivity. */
export function describeActivity(request: JsonObject, context: ApiContext): object {
  const activity = activityOf(request, context);
  const encryptionConfiguration = { type: 'AWS_OWNED_KEY' };
  return { ...created(activity), name: activity.name, encryptionConfiguration };
}

/** DeleteActivity: one that there is not is deleted already. */
export function deleteActivity(request: JsonObject, context: ApiContext): object {
  const arn = requiredArn(request, 'activityArn');
  context.requireActivityArn(arn);
  context.activities.remove(arn);
  return {};
}

/** ListActivities. */
export function listActivities(request: JsonObject, { activities }: ApiContext): object {
  const page = pageRequest(request, LISTING);
  const rest = activities.list().filter(({ sequence }) => sequence > (page.after ?? 0));
  const { items, ...next } = pageOf(rest, page, LISTING, ({ sequence }) => sequence);
  return { activities: items.map((item) => ({ ...created(item), name: item.name })), ...next };
}

/** GetActivityTask: waits for a task for up to 60 seconds; the token is null when none has come. */
export async function getActivityTask(
  request: JsonObject,
  context: ApiContext,
  gone?: AbortSignal,
): Promise<object> {
  const { activityArn } = activityOf(request, context);
  const workerName = optionalText(request, 'workerName', { min: 1, max: MAX_WORKER_NAME_LENGTH });
  const { clock, pending, closing } = context;
  // A worker that has gone is to be given no task: nobody would ever end it.
  const ending = gone === undefined ? closing : AbortSignal.any([closing, gone]);
  const untilMs = clock.now() + POLL_MS;
  while (!ending.aborted) {
    const task = pending.take(activityArn, workerName);
    if (task !== undefined) return { taskToken: pending.tokenOf(task), input: task.activity?.input };
    const remainingMs = untilMs - clock.now();
    if (remainingMs <= 0) break;
    await taskOrTimeout(context, remainingMs, ending);
  }
  return { taskToken: null };
}

async function taskOrTimeout({ clock, pending }: ApiContext, ms: number, ending: AbortSignal): Promise<void> {
  const wait = linkController(ending);
  const { signal } = wait;
  try {
    await Promise.race([pending.activityTaskOpened(signal), clock.sleep(ms, signal).catch(() => undefined)]);
  } finally {
    wait.unlink();
    wait.abort();
  }
}

function activityOf(request: JsonObject, context: ApiContext): ActivityRecord {
  const arn = requiredArn(request, 'activityArn');
  context.requireActivityArn(arn);
  const activity = context.activities.get(arn);
  if (activity === undefined) {
    throw new AwsError('ActivityDoesNotExist', `Activity Does Not Exist: '${arn}'`);
  }
  return activity;
}
