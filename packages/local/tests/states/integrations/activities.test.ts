import {
  CreateActivityCommand,
  DeleteActivityCommand,
  DescribeActivityCommand,
  GetActivityTaskCommand,
  GetExecutionHistoryCommand,
  ListActivitiesCommand,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
} from '@aws-sdk/client-sfn';
import { machineOf } from '@device-lifecycle/test-kit/states-under-test.ts';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { PREFIX, statesApi } from '../states-api.ts';

/** What AWS has answered is in localstack's tests/aws/services/stepfunctions/v2, in the files that the tests name. */
const api = statesApi();
const activityArn = `${PREFIX}:activity:work`;
const stateMachineArn = `${PREFIX}:stateMachine:worked`;

const create = (name = 'work') => api.client.send(new CreateActivityCommand({ name }));
const take = (workerName?: string) =>
  api.client.send(new GetActivityTaskCommand({ activityArn, ...(workerName && { workerName }) }));
const put = (fields: object = {}) => {
  const Work = { Type: 'Task', Resource: activityArn, End: true, ...fields };
  const config = machineOf({ StartAt: 'Work', States: { Work } });
  return api.service.machines.put({ ...config, name: 'worked', arn: stateMachineArn });
};
const start = async () => (await api.start(undefined, { a: 1 }, stateMachineArn)).executionArn ?? '';
const historyOf = async (executionArn: string) => {
  await api.clock.advance(0);
  const { events = [] } = await api.client.send(new GetExecutionHistoryCommand({ executionArn }));
  return events;
};

describe('activities', () => {
  /** test_sfn_api_activities.snapshot.json */
  it('are made once, described, listed and deleted', async () => {
    expect(await create()).toMatchObject({ activityArn, creationDate: new Date('2026-01-01') });
    await api.clock.advance(1_000);
    expect(await create()).toMatchObject({ creationDate: new Date('2026-01-01') });
    await create('other');
    const describeIt = () => api.client.send(new DescribeActivityCommand({ activityArn }));
    expect(await describeIt()).toMatchObject({ activityArn, name: 'work' });
    const { activities, nextToken } = await api.client.send(new ListActivitiesCommand({ maxResults: 1 }));
    expect(activities).toMatchObject([{ name: 'work' }]);
    const rest = await api.client.send(new ListActivitiesCommand({ nextToken }));
    expect(rest.activities).toMatchObject([{ name: 'other' }]);
    const remove = () => api.client.send(new DeleteActivityCommand({ activityArn }));
    await remove();
    await remove();
    const gone = { name: 'ActivityDoesNotExist', message: `Activity Does Not Exist: '${activityArn}'` };
    await expect(describeIt()).rejects.toMatchObject(gone);
    await expect(take()).rejects.toMatchObject(gone);
    await expect(create('a b')).rejects.toMatchObject({
      name: 'InvalidName',
      message: "Invalid Name: 'a b'",
    });
  });
});

describe('a task of an activity', () => {
  beforeEach(async () => {
    await create();
  });

  /** activities/test_activities.snapshot.json, test_activity_task */
  it('is taken by a worker, and goes on with its output', async () => {
    await put();
    const executionArn = await start();
    const { taskToken, input } = await take('me');
    expect(JSON.parse(input ?? '')).toEqual({ a: 1 });
    await api.client.send(new SendTaskSuccessCommand({ taskToken, output: '{"b":2}' }));
    const events = await historyOf(executionArn);
    expect(events.map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'ActivityScheduled',
      'ActivityStarted',
      'ActivitySucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
    expect(events[2]?.activityScheduledEventDetails).toMatchObject({
      resource: activityArn,
      input: '{"a":1}',
    });
    expect(events[3]?.activityStartedEventDetails).toEqual({ workerName: 'me' });
    expect(events[4]?.activitySucceededEventDetails).toMatchObject({ output: '{"b":2}' });
  });

  /** activities/test_activities.snapshot.json, test_activity_task_failure */
  it('fails with its worker', async () => {
    await put();
    const executionArn = await start();
    const { taskToken } = await take();
    await api.client.send(new SendTaskFailureCommand({ taskToken, error: 'Broken', cause: 'It was old.' }));
    const events = await historyOf(executionArn);
    expect(events.slice(-2)).toMatchObject([
      { type: 'ActivityFailed', activityFailedEventDetails: { error: 'Broken', cause: 'It was old.' } },
      { type: 'ExecutionFailed', executionFailedEventDetails: { error: 'Broken' } },
    ]);
  });

  /** https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html: the count begins when a worker takes it */
  it('has its limits from when it is taken', async () => {
    await put({ TimeoutSeconds: 60, HeartbeatSeconds: 10 });
    const executionArn = await start();
    await api.clock.advance(100_000);
    const { taskToken } = await take();
    await api.clock.advance(9_000);
    await api.client.send(new SendTaskHeartbeatCommand({ taskToken }));
    await api.clock.advance(9_000);
    expect((await historyOf(executionArn)).at(-1)?.type).toBe('ActivityStarted');
    await api.clock.advance(1_000);
    expect((await historyOf(executionArn)).slice(-2)).toMatchObject([
      { type: 'ActivityTimedOut', activityTimedOutEventDetails: { error: 'States.Timeout' } },
      { type: 'ExecutionFailed' },
    ]);
  });

  /** activities/test_activities.snapshot.json, test_activity_task_on_deleted */
  it('fails without its activity', async () => {
    await put();
    await api.client.send(new DeleteActivityCommand({ activityArn }));
    const events = await historyOf(await start());
    expect(events.at(-1)).toMatchObject({
      id: 3,
      executionFailedEventDetails: {
        error: 'States.Runtime',
        cause: `An error occurred while executing the state 'Work' (entered at the event id #2). The activity ${activityArn} does not exist.`,
      },
    });
  });

  /** https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetActivityTask.html */
  it('is waited for, for a minute', async () => {
    await put();
    const polled = take('early');
    while (api.clock.sleeping === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    await start();
    expect((await polled).taskToken).toEqual(expect.any(String));
    const idle = take();
    while (api.clock.sleeping === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    await api.clock.advance(60_000);
    expect((await idle).taskToken).toBeUndefined();
  });

  it('does not go to a worker that has gone', async () => {
    await put();
    const gone = new AbortController();
    const polled = api.service.handle({
      service: 'states',
      method: 'POST',
      path: '/',
      query: new URLSearchParams(),
      headers: { 'x-amz-target': 'AWSStepFunctions.GetActivityTask' },
      body: Buffer.from(JSON.stringify({ activityArn })),
      gone: gone.signal,
    });
    while (api.clock.sleeping === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    gone.abort();
    expect(await polled).toMatchObject({ body: '{"taskToken":null}' });
    await start();
    expect((await take()).taskToken).toEqual(expect.any(String));
  });

  it('goes to one worker alone, the oldest first', async () => {
    await put();
    const executions = [await start(), await start()];
    const tokens = [(await take()).taskToken, (await take()).taskToken];
    for (const [index, taskToken] of tokens.entries()) {
      await api.client.send(new SendTaskSuccessCommand({ taskToken, output: String(index) }));
    }
    for (const [index, executionArn] of executions.entries()) {
      const events = await historyOf(executionArn);
      expect(events.at(-1)?.executionSucceededEventDetails?.output).toBe(String(index));
    }
  });
});
