import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  ListTagsForResourceCommand,
  paginateGetExecutionHistory,
  paginateListExecutions,
  SFNClient,
  StartExecutionCommand,
  StartSyncExecutionCommand,
  StopExecutionCommand,
  ValidateStateMachineDefinitionCommand,
} from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AwsError } from '../../../../local/aws.ts';
import { createStatesService, type StatesService } from '../../../../local/states/states-service.ts';
import { FakeClock } from './fake-clock.ts';
import { listen, type StatesEndpoint } from './states-endpoint.ts';
import { ACCOUNT_ID, functionsOf, machineOf, REGION } from './states-under-test.ts';

const PREFIX = `arn:aws:states:${REGION}:${ACCOUNT_ID}`;
const MACHINE_ARN = `${PREFIX}:stateMachine:machine`;
const EXPRESS_ARN = `${PREFIX}:stateMachine:express`;

const MACHINE = machineOf({
  StartAt: 'Wait',
  States: {
    Wait: { Type: 'Wait', Seconds: '{% $states.input.seconds ? $states.input.seconds : 0 %}', Next: 'Check' },
    Check: {
      Type: 'Choice',
      Choices: [{ Condition: '{% $states.input.fail = true %}', Next: 'Fail' }],
      Default: 'Done',
    },
    Done: { Type: 'Succeed', Output: { was: '{% $states.input %}' } },
    Fail: { Type: 'Fail', Error: 'Asked', Cause: 'It was asked for.' },
  },
});
const EXPRESS = {
  ...machineOf(
    {
      StartAt: 'Double',
      States: { Double: { Type: 'Pass', Output: '{% $states.input.n * 2 %}', End: true } },
    },
    'EXPRESS',
  ),
  name: 'express',
  arn: EXPRESS_ARN,
};

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };
const DAY_MS = 24 * 60 * 60 * 1_000;

let clock: FakeClock;
let service: StatesService;
let endpoint: StatesEndpoint;
let client: SFNClient;

beforeEach(async () => {
  clock = new FakeClock();
  service = createStatesService({
    machines: [MACHINE, EXPRESS],
    functions: functionsOf((event) => event),
    clock,
    accountId: ACCOUNT_ID,
    region: REGION,
    log: SILENT,
  });
  endpoint = await listen(service.handle);
  client = new SFNClient({
    endpoint: endpoint.url,
    region: REGION,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
    // Synchronous executions have an endpoint of their own, which is the same one here.
    disableHostPrefix: true,
  });
});

afterEach(async () => {
  client.destroy();
  await service.close();
  await endpoint.close();
});

function start(name?: string, input: unknown = {}, stateMachineArn = MACHINE_ARN) {
  return client.send(
    new StartExecutionCommand({
      stateMachineArn,
      input: JSON.stringify(input),
      ...(name === undefined ? {} : { name }),
    }),
  );
}

describe('state machines', () => {
  it('are listed and described', async () => {
    const { stateMachines } = await client.send(new ListStateMachinesCommand({}));
    expect(stateMachines).toEqual([
      {
        stateMachineArn: MACHINE_ARN,
        name: 'machine',
        type: 'STANDARD',
        creationDate: new Date('2026-01-01'),
      },
      {
        stateMachineArn: EXPRESS_ARN,
        name: 'express',
        type: 'EXPRESS',
        creationDate: new Date('2026-01-01'),
      },
    ]);
    const first = await client.send(new ListStateMachinesCommand({ maxResults: 1 }));
    expect(first.stateMachines).toHaveLength(1);
    const second = await client.send(
      new ListStateMachinesCommand({ maxResults: 1, nextToken: first.nextToken }),
    );
    expect(second.stateMachines?.map(({ name }) => name)).toEqual(['express']);
    expect(second.nextToken).toBeUndefined();
    const described = await client.send(new DescribeStateMachineCommand({ stateMachineArn: MACHINE_ARN }));
    expect(described).toMatchObject({
      name: 'machine',
      status: 'ACTIVE',
      type: 'STANDARD',
      roleArn: MACHINE.roleArn,
      loggingConfiguration: { level: 'OFF', includeExecutionData: false },
      tracingConfiguration: { enabled: false },
    });
    expect(JSON.parse(described.definition ?? '')).toEqual(MACHINE.definition);
    const { tags } = await client.send(new ListTagsForResourceCommand({ resourceArn: MACHINE_ARN }));
    expect(tags).toEqual([]);
  });

  it('are validated without being made', async () => {
    const validate = (definition: string) =>
      client.send(new ValidateStateMachineDefinitionCommand({ definition }));
    expect(await validate(JSON.stringify(MACHINE.definition))).toMatchObject({
      result: 'OK',
      diagnostics: [],
    });
    const { result, diagnostics } = await validate(
      '{"QueryLanguage":"JSONata","StartAt":"A","States":{"A":{"Type":"Wait"}}}',
    );
    expect(result).toBe('FAIL');
    expect(diagnostics?.[0]).toMatchObject({
      severity: 'ERROR',
      code: 'SCHEMA_VALIDATION_FAILED',
      location: '/States/A',
    });
    expect(await validate('{')).toMatchObject({ diagnostics: [{ code: 'INVALID_JSON_DESCRIPTION' }] });
  });

  it('that can’t be run are refused when the service is made, with their name, state and reason', () => {
    const bad = machineOf({ StartAt: 'A', States: { A: { Type: 'Pass', ResultPath: '$.x', End: true } } });
    const make = () =>
      createStatesService({
        machines: [bad],
        functions: functionsOf(() => 1),
        clock,
        accountId: ACCOUNT_ID,
        region: REGION,
        log: SILENT,
      });
    expect(make).toThrow(AwsError);
    expect(make).toThrow(
      /^State machine 'machine' can't be run: State 'A': field 'ResultPath' belongs to JSONPath/,
    );
  });
});

describe('executions', () => {
  it('run from start to end', async () => {
    const { executionArn, startDate } = await start('first', { a: 1 });
    expect({ executionArn, startDate }).toEqual({
      executionArn: `${PREFIX}:execution:machine:first`,
      startDate: new Date('2026-01-01'),
    });
    await clock.advance(1_000);
    const { $metadata: _, ...described } = await client.send(new DescribeExecutionCommand({ executionArn }));
    expect(described).toEqual({
      executionArn,
      stateMachineArn: MACHINE_ARN,
      name: 'first',
      status: 'SUCCEEDED',
      startDate: new Date('2026-01-01'),
      stopDate: new Date('2026-01-01'),
      input: '{"a":1}',
      inputDetails: { included: true },
      output: '{"was":{"a":1}}',
      outputDetails: { included: true },
      redriveCount: 0,
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
    });
    const machine = await client.send(new DescribeStateMachineForExecutionCommand({ executionArn }));
    expect(machine).toMatchObject({
      stateMachineArn: MACHINE_ARN,
      name: 'machine',
      updateDate: new Date('2026-01-01'),
    });
  });

  it('tell how they failed', async () => {
    const { executionArn } = await start(undefined, { fail: true });
    await clock.advance(0);
    const described = await client.send(new DescribeExecutionCommand({ executionArn }));
    expect(described).toMatchObject({ status: 'FAILED', error: 'Asked', cause: 'It was asked for.' });
    expect(described.output).toBeUndefined();
  });

  it('leave their data out on request', async () => {
    const { executionArn } = await start();
    await clock.advance(0);
    const described = await client.send(
      new DescribeExecutionCommand({ executionArn, includedData: 'METADATA_ONLY' }),
    );
    expect(described).toMatchObject({
      inputDetails: { included: false },
      outputDetails: { included: false },
    });
    expect([described.input, described.output]).toEqual([undefined, undefined]);
  });

  it('that start twice with the same name and input are one while they run', async () => {
    const first = await start('same', { seconds: 60 });
    await clock.advance(5_000);
    const second = await start('same', { seconds: 60 });
    expect([second.executionArn, second.startDate]).toEqual([first.executionArn, first.startDate]);
    await expect(start('same', { seconds: 61 })).rejects.toMatchObject({
      name: 'ExecutionAlreadyExists',
      message: `Execution Already Exists: '${first.executionArn}'`,
    });
    const { executions } = await client.send(new ListExecutionsCommand({ stateMachineArn: MACHINE_ARN }));
    expect(executions).toHaveLength(1);
  });

  it('keep their name for 90 days after their end', async () => {
    await start('once');
    await clock.advance(0);
    await expect(start('once')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
    await clock.advance(90 * DAY_MS - 1);
    await expect(start('once')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
    await clock.advance(1);
    const executionArn = `${PREFIX}:execution:machine:once`;
    await expect(client.send(new DescribeExecutionCommand({ executionArn }))).rejects.toMatchObject({
      name: 'ExecutionDoesNotExist',
    });
    expect((await start('once')).startDate).toEqual(new Date(Date.parse('2026-01-01') + 90 * DAY_MS));
  });

  it('are listed from the newest on, by status and page', async () => {
    for (const name of ['e1', 'e2', 'e3', 'e4', 'e5']) {
      await start(name, name === 'e2' ? { fail: true } : { seconds: name === 'e5' ? 999_999 : 0 });
      await clock.advance(1_000);
    }
    const named = async (query: object) => {
      const { executions } = await client.send(
        new ListExecutionsCommand({ stateMachineArn: MACHINE_ARN, ...query }),
      );
      return executions?.map(({ name }) => name);
    };
    expect(await named({})).toEqual(['e5', 'e4', 'e3', 'e2', 'e1']);
    expect(await named({ statusFilter: 'FAILED' })).toEqual(['e2']);
    expect(await named({ statusFilter: 'RUNNING' })).toEqual(['e5']);
    expect(await named({ statusFilter: 'SUCCEEDED', maxResults: 2 })).toEqual(['e4', 'e3']);
    const pages: (string | undefined)[][] = [];
    const query = { stateMachineArn: MACHINE_ARN };
    for await (const { executions } of paginateListExecutions({ client, pageSize: 2 }, query)) {
      pages.push(executions?.map(({ name }) => name) ?? []);
      // What starts in between does not shift the pages.
      await start(`late${pages.length}`, { seconds: 999_999 });
    }
    expect(pages).toEqual([['e5', 'e4'], ['e3', 'e2'], ['e1']]);
  });

  it('are stopped, and stay as they are when they ended', async () => {
    const { executionArn } = await start('stopped', { seconds: 60 });
    await clock.advance(2_000);
    const stopped = await client.send(new StopExecutionCommand({ executionArn, error: 'E', cause: 'C' }));
    expect(stopped.stopDate).toEqual(new Date('2026-01-01T00:00:02Z'));
    const described = await client.send(new DescribeExecutionCommand({ executionArn }));
    expect(described).toMatchObject({
      status: 'ABORTED',
      error: 'E',
      cause: 'C',
      stopDate: stopped.stopDate,
    });
    await expect(start('stopped', { seconds: 60 })).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
    await clock.advance(0);
    expect(clock.sleeping).toBe(0);
  });
});

describe('GetExecutionHistory', () => {
  it('pages forwards and backwards', async () => {
    const { executionArn } = await start();
    await clock.advance(0);
    const ids = async (reverseOrder: boolean) => {
      const pages: (number | undefined)[][] = [];
      for await (const { events } of paginateGetExecutionHistory(
        { client, pageSize: 3 },
        { executionArn, reverseOrder },
      )) {
        pages.push(events?.map(({ id }) => id) ?? []);
      }
      return pages;
    };
    expect(await ids(false)).toEqual([
      [1, 2, 3],
      [4, 5, 6],
      [7, 8],
    ]);
    expect(await ids(true)).toEqual([
      [8, 7, 6],
      [5, 4, 3],
      [2, 1],
    ]);
  });

  it('leaves payloads out on request', async () => {
    const { executionArn } = await start();
    await clock.advance(0);
    const { events } = await client.send(
      new GetExecutionHistoryCommand({ executionArn, includeExecutionData: false }),
    );
    expect(events?.[0]?.executionStartedEventDetails).toEqual({ roleArn: MACHINE.roleArn });
    expect(events?.[1]?.stateEnteredEventDetails).toEqual({ name: 'Wait' });
    expect(events?.[1]?.timestamp).toEqual(new Date('2026-01-01'));
  });

  it('takes only its own tokens', async () => {
    const { executionArn } = await start();
    await clock.advance(0);
    const { nextToken } = await client.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1 }));
    const other = await start();
    for (const token of [
      { executionArn, nextToken: 'x' },
      { executionArn: other.executionArn, nextToken },
    ]) {
      await expect(client.send(new GetExecutionHistoryCommand(token))).rejects.toMatchObject({
        name: 'InvalidToken',
      });
    }
  });
});

describe('Express machines', () => {
  it('answer synchronously', async () => {
    const sync = await client.send(
      new StartSyncExecutionCommand({ stateMachineArn: EXPRESS_ARN, name: 'n', input: '{"n":21}' }),
    );
    expect(sync).toMatchObject({
      status: 'SUCCEEDED',
      output: '42',
      name: 'n',
      billingDetails: { billedMemoryUsedInMB: 64 },
    });
    expect(sync.executionArn).toMatch(new RegExp(`^${PREFIX}:express:express:n:[0-9a-f-]{36}$`));
    const failed = await client.send(
      new StartSyncExecutionCommand({ stateMachineArn: EXPRESS_ARN, input: '{}' }),
    );
    expect(failed).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
  });

  it('start any number of executions of one name, of which nothing is kept', async () => {
    const [one, two] = [await start('n', { n: 1 }, EXPRESS_ARN), await start('n', { n: 1 }, EXPRESS_ARN)];
    expect(one.executionArn).not.toBe(two.executionArn);
    await expect(
      client.send(new DescribeExecutionCommand({ executionArn: one.executionArn })),
    ).rejects.toMatchObject({
      name: 'InvalidArn',
    });
    await expect(
      client.send(new ListExecutionsCommand({ stateMachineArn: EXPRESS_ARN })),
    ).rejects.toMatchObject({
      name: 'StateMachineTypeNotSupported',
    });
  });

  it('alone are run synchronously', async () => {
    await expect(
      client.send(new StartSyncExecutionCommand({ stateMachineArn: MACHINE_ARN })),
    ).rejects.toMatchObject({
      name: 'StateMachineTypeNotSupported',
    });
  });
});

describe('bad requests', () => {
  const startWith = (request: object) =>
    client.send(new StartExecutionCommand({ stateMachineArn: MACHINE_ARN, ...request }));

  it.each([
    ['a name with a space', { name: 'a b' }, 'InvalidName'],
    ['a name with a slash', { name: 'a/b' }, 'InvalidName'],
    ['a name of 81 characters', { name: 'x'.repeat(81) }, 'InvalidName'],
    ['an empty name', { name: '' }, 'InvalidName'],
    ['input that is not JSON', { input: 'not JSON' }, 'InvalidExecutionInput'],
    ['empty input', { input: '' }, 'InvalidExecutionInput'],
    ['input of more than 256 KiB', { input: JSON.stringify('x'.repeat(262_143)) }, 'ValidationException'],
    ['no ARN', { stateMachineArn: undefined }, 'ValidationException'],
    ['an ARN that is none', { stateMachineArn: 'machine' }, 'InvalidArn'],
    ['the ARN of an execution', { stateMachineArn: `${PREFIX}:execution:machine:x` }, 'InvalidArn'],
    ['an unknown machine', { stateMachineArn: `${PREFIX}:stateMachine:none` }, 'StateMachineDoesNotExist'],
  ])('%s', async (_, request, name) => {
    await expect(startWith(request)).rejects.toMatchObject({ name });
  });

  it('about executions that are not there', async () => {
    const executionArn = `${PREFIX}:execution:machine:none`;
    const name = 'ExecutionDoesNotExist';
    await expect(client.send(new DescribeExecutionCommand({ executionArn }))).rejects.toMatchObject({ name });
    await expect(client.send(new StopExecutionCommand({ executionArn }))).rejects.toMatchObject({ name });
    await expect(client.send(new GetExecutionHistoryCommand({ executionArn }))).rejects.toMatchObject({
      name,
    });
  });

  it('for operations that are not run', async () => {
    const request = {
      service: 'states',
      method: 'POST',
      path: '/',
      query: new URLSearchParams(),
      body: Buffer.from('{}'),
    };
    await expect(
      service.handle({ ...request, headers: { 'x-amz-target': 'AWSStepFunctions.CreateActivity' } }),
    ).rejects.toMatchObject({ code: 'UnknownOperationException' });
    await expect(service.handle({ ...request, headers: {} })).rejects.toMatchObject({
      code: 'UnknownOperationException',
    });
    await expect(
      service.handle({
        ...request,
        headers: { 'x-amz-target': 'AWSStepFunctions.ListExecutions' },
        body: Buffer.from('{'),
      }),
    ).rejects.toMatchObject({ code: 'SerializationException' });
  });
});

describe('close', () => {
  it('lets go of what runs and starts nothing more', async () => {
    await start('running', { seconds: 60 });
    await clock.advance(0);
    expect(clock.sleeping).toBe(1);
    await service.close();
    expect(clock.sleeping).toBe(0);
    expect(() => service.startExecution({ stateMachineArn: MACHINE_ARN })).toThrow(/shutting down/);
  });
});
