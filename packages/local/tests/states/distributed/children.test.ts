import { memoryObjects } from '@device-lifecycle/test-kit/object-store.ts';
import { HandlerError, runMachine, StatesUnderTest } from '@device-lifecycle/test-kit/states-under-test.ts';
import { describe, expect, it } from '@jest/globals';
import { fleetMachine } from './fleet-machine.ts';
import { FleetUnderTest, Workers } from './fleet-under-test.ts';

const PASS_ON = {
  StartAt: 'Tell',
  States: { Tell: { Type: 'Pass', Output: '{% $states.context %}', End: true } },
};

describe('a child of a map run', () => {
  it.each([
    ['EXPRESS', /^arn:aws:states:eu-west-1:0{12}:express:machine\/Lot:[0-9a-f-]{36}:[0-9a-f-]{36}$/],
    ['STANDARD', /^arn:aws:states:eu-west-1:0{12}:execution:machine\/Lot:[0-9a-f-]{36}$/],
  ] as const)('that is %s has a context of its own', async (type, arn) => {
    const { output } = await runMachine(fleetMachine({ Items: [{ n: 1 }] }, type, PASS_ON));
    expect(output).toMatchObject([
      {
        Execution: {
          Id: expect.stringMatching(arn),
          Input: { n: 1 },
          ...(type === 'STANDARD' ? { RedriveCount: 0 } : {}),
        },
        StateMachine: {
          Id: 'arn:aws:states:eu-west-1:000000000000:stateMachine:machine/Lot',
          Name: 'machine/Lot',
        },
        State: { Name: 'Tell' },
      },
    ]);
  });

  it('gets what the ItemSelector makes of an item', async () => {
    const echo = { StartAt: 'Echo', States: { Echo: { Type: 'Succeed' } } };
    const selector = {
      index: '{% $states.context.Map.Item.Index %}',
      value: '{% $states.context.Map.Item.Value.id %}',
      source: '{% $states.context.Map.Item.Source %}',
      shared: '{% $states.input.shared %}',
    };
    const ofItems = fleetMachine(
      { Items: '{% $states.input.items %}', ItemSelector: selector },
      'EXPRESS',
      echo,
    );
    expect((await runMachine(ofItems, { items: [{ id: 'a' }, { id: 'b' }], shared: 7 })).output).toEqual([
      { index: 0, value: 'a', source: 'STATE_DATA', shared: 7 },
      { index: 1, value: 'b', source: 'STATE_DATA', shared: 7 },
    ]);
    const reader = {
      Resource: 'arn:aws:states:::s3:getObject',
      Arguments: { Bucket: 'fleet', Key: '{% $states.input.key %}' },
      ReaderConfig: { InputType: 'JSONL' },
    };
    const ofFile = fleetMachine({ ItemReader: reader, ItemSelector: selector }, 'EXPRESS', echo);
    const objects = memoryObjects({ 'a.jsonl': '{"id":"x"}\n' });
    expect((await runMachine(ofFile, { key: 'a.jsonl', shared: 1 }, { objects })).output).toEqual([
      { index: 0, value: 'x', source: 'S3://fleet/a.jsonl', shared: 1 },
    ]);
  });

  it('times out after five minutes when it is Express', async () => {
    const states = new StatesUnderTest(
      fleetMachine({ Items: [1], ToleratedFailurePercentage: 100 }, 'EXPRESS', {
        StartAt: 'Pause',
        States: { Pause: { Type: 'Wait', Seconds: 301, End: true } },
      }),
    );
    const outcome = await states.run();
    expect(outcome.output).toMatchObject([{ Status: 'TIMED_OUT' }]);
    const { mapRuns } = await states.call('ListMapRuns', { executionArn: outcome.executionArn });
    expect(await states.call('DescribeMapRun', { mapRunArn: mapRuns[0].mapRunArn })).toMatchObject({
      itemCounts: { timedOut: 1, failed: 0 },
    });
  });

  it('is described and listed, also when it is Express', async () => {
    const workers = new Workers();
    const fleet = new FleetUnderTest(30, { ToleratedFailureCount: 100 }, { handler: workers.handler });
    const executionArn = fleet.start();
    await fleet.until(() => workers.open.length === 3);
    workers.at('device-0').fail();
    const { mapRunArn } = await fleet.mapRun(executionArn);
    await fleet.until(async () => (await fleet.mapRun(executionArn)).itemCounts.failed === 10);

    const listed = await fleet.call('ListExecutions', { mapRunArn, maxResults: 2 });
    expect(listed.executions).toMatchObject([
      { status: 'RUNNING', itemCount: 10, mapRunArn },
      { status: 'RUNNING', itemCount: 10, mapRunArn },
    ]);
    const rest = await fleet.call('ListExecutions', { mapRunArn, nextToken: listed.nextToken });
    expect(rest).toEqual({ executions: [expect.objectContaining({ status: 'FAILED' })] });
    expect((await fleet.call('ListExecutions', { mapRunArn, statusFilter: 'FAILED' })).executions).toEqual(
      rest.executions,
    );
    const child = rest.executions[0].executionArn;
    expect(await fleet.call('DescribeExecution', { executionArn: child })).toMatchObject({
      status: 'FAILED',
      error: 'Throttled',
      mapRunArn,
      stateMachineArn: `${fleet.arn}/Lot`,
      redriveStatus: 'REDRIVABLE_BY_MAP_RUN',
    });
    for (const operation of ['GetExecutionHistory', 'StopExecution', 'RedriveExecution']) {
      await expect(fleet.call(operation, { executionArn: child })).rejects.toMatchObject({
        code: 'InvalidArn',
      });
    }
    await fleet.service.close();
  });

  it('is forgotten after a hundred others, so that memory is flat', async () => {
    const states = new StatesUnderTest(
      fleetMachine({ Items: '{% [1..250] %}', ToleratedFailurePercentage: 100, Output: 'done' }),
      {
        handler: (event) => {
          if (Number(event) % 2 === 0) throw new HandlerError({ errorType: 'Even' });
          return 1;
        },
      },
    );
    const { executionArn } = await states.run();
    const { mapRuns } = await states.call('ListMapRuns', { executionArn });
    const { mapRunArn } = mapRuns[0];
    const { executions } = await states.call('ListExecutions', { mapRunArn, maxResults: 1_000 });
    expect(executions).toHaveLength(100);
    expect(await states.call('DescribeMapRun', { mapRunArn })).toMatchObject({
      executionCounts: { succeeded: 125, failed: 125, total: 250 },
    });
  });
});
