import { DescribeEndpointCommand, ListJobsCommand } from '@aws-sdk/client-iot';
import { expectError, type IotHarness, startIotHarness } from '@device-lifecycle/test-kit/iot-harness.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

let iot: IotHarness;

beforeAll(async () => {
  iot = await startIotHarness();
});

afterAll(() => iot.close());

describe('the endpoint', () => {
  it.each([undefined, 'iot:Data', 'iot:Data-ATS'])('is this machine for %s', async (endpointType) => {
    const { endpointAddress } = await iot.client.send(new DescribeEndpointCommand({ endpointType }));
    expect(endpointAddress).toBe('localhost');
  });

  it('is none for services that do not run here', async () => {
    const call = iot.client.send(new DescribeEndpointCommand({ endpointType: 'iot:Jobs' }));
    await expectError(call, 'InvalidRequestException', 400, 'iot:Data-ATS');
  });
});

describe('an operation that does not run here', () => {
  it('is refused, and those that do are named', async () => {
    await expectError(
      iot.client.send(new ListJobsCommand({})),
      'UnknownOperationException',
      404,
      'CreateThing, DescribeThing',
    );
  });
});
