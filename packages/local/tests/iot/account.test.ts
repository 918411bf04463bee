import {
  AddThingToThingGroupCommand,
  CreateThingCommand,
  CreateThingGroupCommand,
  DeleteThingCommand,
  DescribeEndpointCommand,
  DescribeEventConfigurationsCommand,
  ListJobsCommand,
  UpdateEventConfigurationsCommand,
  UpdateThingCommand,
} from '@aws-sdk/client-iot';
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

describe("the registry's events", () => {
  const enable = (type: 'THING' | 'THING_GROUP_MEMBERSHIP' | 'CERTIFICATE', Enabled: boolean) =>
    iot.client.send(new UpdateEventConfigurationsCommand({ eventConfigurations: { [type]: { Enabled } } }));

  it('are off until the account has them on, and are what AWS IoT publishes', async () => {
    const thingName = 'seen';
    await iot.client.send(new CreateThingCommand({ thingName }));
    const before = await iot.client.send(new DescribeEventConfigurationsCommand({}));
    expect(before.eventConfigurations).toMatchObject({ THING: { Enabled: false } });
    expect(iot.published).toEqual([]);

    await enable('THING', true);
    await enable('THING_GROUP_MEMBERSHIP', true);
    const after = await iot.client.send(new DescribeEventConfigurationsCommand({}));
    expect(after.eventConfigurations).toMatchObject({
      THING: { Enabled: true },
      THING_GROUP_MEMBERSHIP: { Enabled: true },
      JOB: { Enabled: false },
    });
    const attributePayload = { attributes: { colour: 'red' } };
    await iot.client.send(new UpdateThingCommand({ thingName, attributePayload }));
    await iot.client.send(new CreateThingGroupCommand({ thingGroupName: 'g' }));
    await iot.client.send(new AddThingToThingGroupCommand({ thingName, thingGroupName: 'g' }));
    await iot.client.send(new DeleteThingCommand({ thingName }));

    expect(iot.published.map(([topic]) => topic)).toEqual([
      '$aws/events/thing/seen/updated',
      '$aws/events/thingGroupMembership/thingGroup/g/thing/seen/added',
      '$aws/events/thingGroupMembership/thingGroup/g/thing/seen/removed',
      '$aws/events/thing/seen/deleted',
    ]);
    expect(iot.published[0]?.[1]).toEqual({
      eventType: 'THING_EVENT',
      eventId: expect.any(String),
      timestamp: expect.any(Number),
      operation: 'UPDATED',
      accountId: '000000000000',
      thingId: expect.any(String),
      thingName: 'seen',
      versionNumber: 2,
      thingTypeName: null,
      billingGroupName: null,
      attributes: { colour: 'red' },
    });
    await enable('THING', false);
    await iot.client.send(new CreateThingCommand({ thingName: 'unseen' }));
    expect(iot.published).toHaveLength(4);
  });

  it('cannot be turned on where they would not be published', async () => {
    await expectError(enable('CERTIFICATE', true), 'InvalidRequestException', 400, 'CERTIFICATE');
    await enable('CERTIFICATE', false);
  });
});
