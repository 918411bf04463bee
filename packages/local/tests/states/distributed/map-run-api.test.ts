import {
  DescribeMapRunCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
  UpdateMapRunCommand,
} from '@aws-sdk/client-sfn';
import { HandlerError, StatesUnderTest } from '@device-lifecycle/test-kit/states-under-test.ts';
import { describe, expect, it } from '@jest/globals';
import { clientOf } from '../states-api.ts';
import { listen } from '../states-endpoint.ts';
import { fleetMachine, READER, WRITER } from './fleet-machine.ts';
import { FleetUnderTest, spool, Workers } from './fleet-under-test.ts';

const results = spool();
const UNKNOWN =
  'arn:aws:states:eu-west-1:000000000000:mapRun:machine/Lot:00000000-0000-8000-8000-000000000000';

describe('the API of map runs', () => {
  it('names what is wrong with a request', async () => {
    const workers = new Workers();
    const fleet = new FleetUnderTest(10, {}, { handler: workers.handler });
    const executionArn = fleet.start();
    await fleet.until(() => workers.open.length === 1);
    const { mapRunArn } = await fleet.mapRun(executionArn);

    const refusals: [string, object, string][] = [
      ['DescribeMapRun', { mapRunArn: UNKNOWN }, 'ResourceNotFound'],
      ['DescribeMapRun', { mapRunArn: executionArn }, 'InvalidArn'],
      ['DescribeMapRun', {}, 'ValidationException'],
      ['ListMapRuns', { executionArn: `${executionArn}0` }, 'ExecutionDoesNotExist'],
      ['ListMapRuns', { executionArn, nextToken: 'no' }, 'InvalidToken'],
      ['UpdateMapRun', { mapRunArn: UNKNOWN, maxConcurrency: 1 }, 'ResourceNotFound'],
      ['UpdateMapRun', { mapRunArn }, 'ValidationException'],
      ['UpdateMapRun', { mapRunArn, maxConcurrency: -1 }, 'ValidationException'],
      ['UpdateMapRun', { mapRunArn, maxConcurrency: 1.5 }, 'ValidationException'],
      ['UpdateMapRun', { mapRunArn, toleratedFailurePercentage: 101 }, 'ValidationException'],
      ['ListExecutions', { mapRunArn: UNKNOWN }, 'ResourceNotFound'],
      ['ListExecutions', { mapRunArn, stateMachineArn: fleet.arn }, 'ValidationException'],
      ['ListExecutions', { stateMachineArn: fleet.arn, redriveFilter: 'REDRIVEN' }, 'ValidationException'],
      [
        'ListExecutions',
        { stateMachineArn: fleet.arn, statusFilter: 'PENDING_REDRIVE' },
        'ValidationException',
      ],
      ['RedriveExecution', { executionArn }, 'ExecutionNotRedrivable'],
      ['RedriveExecution', { executionArn: `${executionArn}0` }, 'ExecutionDoesNotExist'],
    ];
    for (const [operation, request, code] of refusals) {
      await expect(fleet.call(operation, request)).rejects.toMatchObject({ code });
    }
    await fleet.service.close();
  });

  it('answers AWS’s SDK with what it expects', async () => {
    const workers = new Workers();
    const fleet = new FleetUnderTest(20, { MaxConcurrency: 1 }, { handler: workers.handler });
    const executionArn = fleet.start();
    await fleet.until(() => workers.open.length === 1);
    const endpoint = await listen(fleet.service.handle);
    const client = clientOf(endpoint.url);

    const { mapRuns = [] } = await client.send(new ListMapRunsCommand({ executionArn }));
    const mapRunArn = mapRuns[0]?.mapRunArn;
    await client.send(new UpdateMapRunCommand({ mapRunArn, toleratedFailurePercentage: 2.5 }));
    const described = await client.send(new DescribeMapRunCommand({ mapRunArn }));
    const { executions } = await client.send(new ListExecutionsCommand({ mapRunArn }));
    const refused = client.send(new UpdateMapRunCommand({ mapRunArn, maxConcurrency: -1 }));
    await expect(refused).rejects.toMatchObject({ name: 'ValidationException' });

    const startDate = new Date(fleet.clock.now());
    // With the label, as LocalStack has recorded it: v2/test_sfn_api_map_run.py
    expect(mapRuns).toMatchObject([{ startDate, executionArn, stateMachineArn: `${fleet.arn}/Lot` }]);
    expect(described).toMatchObject({
      status: 'RUNNING',
      startDate,
      maxConcurrency: 1,
      toleratedFailurePercentage: 2.5,
      toleratedFailureCount: 0,
      itemCounts: { running: 10 },
      redriveCount: 0,
    });
    expect(executions).toMatchObject([{ status: 'RUNNING', startDate, itemCount: 10, redriveCount: 0 }]);
    client.destroy();
    await endpoint.close();
    await fleet.service.close();
  });

  it('lists the map runs of an execution, the newest first, a page at a time', async () => {
    const states = new StatesUnderTest({
      StartAt: 'One',
      States: {
        One: { ...stateOf('One'), Next: 'Two', End: undefined },
        Two: stateOf('Two'),
      },
    });
    const { executionArn, status } = await states.run();
    expect(status).toBe('SUCCEEDED');
    const first = await states.call('ListMapRuns', { executionArn, maxResults: 1 });
    const second = await states.call('ListMapRuns', { executionArn, nextToken: first.nextToken });
    expect([...first.mapRuns, ...second.mapRuns]).toMatchObject([
      {
        mapRunArn: expect.stringContaining(':mapRun:machine/Two:'),
        executionArn,
        stateMachineArn: `${states.arn}/Two`,
      },
      { mapRunArn: expect.stringContaining(':mapRun:machine/One:') },
    ]);
    expect(second.nextToken).toBeUndefined();
  });

  it('tells of a dataset that is not there, and of a bucket that can’t be written to', async () => {
    const run = async (fields: object) => {
      const states = new StatesUnderTest(fleetMachine(fields), { spoolDirectory: results.directory });
      const executionArn = states.start();
      const ended = async () =>
        (await states.call('DescribeExecution', { executionArn })).status !== 'RUNNING';
      await states.clock.runUntil(ended);
      return states.outcome(executionArn);
    };
    expect(await run({ ItemReader: READER })).toMatchObject({
      status: 'FAILED',
      error: 'States.ItemReaderFailed',
      cause: expect.stringContaining('NoSuchKey'),
    });
    const elsewhere = { ...WRITER, Arguments: { Bucket: 'elsewhere' } };
    expect(await run({ Items: [1], ResultWriter: elsewhere })).toMatchObject({
      status: 'FAILED',
      error: 'States.ResultWriterFailed',
      cause: expect.stringContaining('NoSuchBucket'),
    });
  });

  it('has another map run for each retry, and can be caught', async () => {
    let calls = 0;
    const states = new StatesUnderTest(
      withCaught(
        fleetMachine({
          Items: [1],
          Retry: [{ ErrorEquals: ['States.ExceedToleratedFailureThreshold'], MaxAttempts: 1 }],
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }],
        }),
      ),
      {
        handler: () => {
          calls += 1;
          throw new HandlerError({ errorType: 'Down' });
        },
      },
    );
    const { executionArn, output } = await states.run();
    expect(output).toMatchObject({ Error: 'States.ExceedToleratedFailureThreshold' });
    expect(calls).toBe(2);
    expect((await states.call('ListMapRuns', { executionArn })).mapRuns).toHaveLength(2);
  });

  it('fails a run whose results are too large for the state’s output, and can be caught', async () => {
    const states = new StatesUnderTest(fleetMachine({ Items: '{% [1..30] %}' }), {
      handler: () => 'x'.repeat(10_000),
    });
    expect(await states.run()).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });
});

function stateOf(Label: string) {
  return {
    Type: 'Map',
    Label,
    Items: [1],
    ItemProcessor: {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
      StartAt: `In ${Label}`,
      States: { [`In ${Label}`]: { Type: 'Succeed' } },
    },
    Output: '{% $states.result %}',
    End: true,
  };
}

/** The machine with a state that failures lead to. */
function withCaught(machine: object): object {
  const { States } = machine as { States: object };
  return { ...machine, States: { ...States, Caught: { Type: 'Succeed' } } };
}
