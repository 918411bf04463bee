import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../src/clock.ts';
import { IotRegistry } from '../../src/iot/iot-registry.ts';
import { createIotKeepers } from '../../src/iot/keepers.ts';
import { readStack } from '../../src/template/read-stack.ts';
import type { JsonObject } from '../../src/template/template.ts';
import { putResources } from '../support/put-resources.ts';

const environment = {
  region: 'eu-west-1',
  accountId: '000000000000',
  stackName: 'shop-dev',
  endpointUrl: 'http://127.0.0.1:4566',
};

const read = (resources: JsonObject) =>
  readStack(JSON.stringify({ Resources: resources }), environment, { codeDirOf: String });

const DOCUMENT = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: 'iot:Connect',
      Resource: { 'Fn::Sub': 'arn:aws:iot:${AWS::Region}:${AWS::AccountId}:client/${!iot:ClientId}' },
    },
  ],
};

const policy = (properties: JsonObject = {}): JsonObject => ({
  Type: 'AWS::IoT::Policy',
  Properties: { PolicyName: 'device', PolicyDocument: DOCUMENT, ...properties },
});

const registryOf = async (resources: JsonObject): Promise<IotRegistry> => {
  const registry = new IotRegistry({ region: 'eu-west-1', accountId: '000000000000', clock: systemClock });
  await putResources(createIotKeepers(registry), read(resources));
  return registry;
};

describe("a template's part of the registry", () => {
  it('is there when the runtime starts, policies with their variables left to the broker', async () => {
    const registry = await registryOf({ Policy: policy() });
    expect(registry.policies.get('device').policyArn).toBe(
      'arn:aws:iot:eu-west-1:000000000000:policy/device',
    );
    expect(JSON.parse(registry.policies.version('device', '1').policyDocument)).toMatchObject({
      Statement: [{ Resource: 'arn:aws:iot:eu-west-1:000000000000:client/${iot:ClientId}' }],
    });
  });

  it('has things with their types, and groups with their parents, in whatever order they stand', async () => {
    const registry = await registryOf({
      Room: {
        Type: 'AWS::IoT::ThingGroup',
        Properties: { ThingGroupName: 'room', ParentGroupName: { Ref: 'Site' } },
      },
      Site: {
        Type: 'AWS::IoT::ThingGroup',
        Properties: {
          ThingGroupName: 'site',
          ThingGroupProperties: {
            ThingGroupDescription: 'all of it',
            AttributePayload: { Attributes: { town: 'x' } },
          },
        },
      },
      Lamp: {
        Type: 'AWS::IoT::Thing',
        Properties: { ThingName: 'lamp', AttributePayload: { Attributes: { colour: 'red' } } },
      },
      Kind: {
        Type: 'AWS::IoT::ThingType',
        Properties: {
          ThingTypeName: 'kind',
          DeprecateThingType: true,
          ThingTypeProperties: { ThingTypeDescription: 'old', SearchableAttributes: ['colour'] },
        },
      },
    });
    expect(registry.thingGroups.ancestors('room')).toMatchObject([
      { thingGroupName: 'site', thingGroupDescription: 'all of it', attributes: { town: 'x' } },
    ]);
    expect(registry.findThing('lamp')?.attributes).toEqual({ colour: 'red' });
    expect(registry.thingTypes.get('kind')).toMatchObject({
      deprecationDateMs: expect.any(Number),
      thingTypeProperties: { searchableAttributes: ['colour'] },
    });
  });

  it('is called as CloudFormation calls it where it has no name', () => {
    const { policies } = read({
      Policy: { Type: 'AWS::IoT::Policy', Properties: { PolicyDocument: DOCUMENT } },
    }).iotRegistry;
    expect(policies[0]?.policyName).toMatch(/^shop-dev-Policy-[0-9A-F]{12}$/);
  });

  it.each<[string, JsonObject, RegExp]>([
    ['a policy without a document', policy({ PolicyDocument: 1 }), /PolicyDocument/],
    ['a property that is not known', policy({ Path: '/' }), /Path/],
    ['a dynamic group', { Type: 'AWS::IoT::ThingGroup', Properties: { QueryString: 'x' } }, /QueryString/],
    [
      'properties for MQTT 5',
      {
        Type: 'AWS::IoT::ThingType',
        Properties: { ThingTypeProperties: { Mqtt5Configuration: {} } },
      },
      /Mqtt5Configuration/,
    ],
  ])('is refused when it has %s', (_, resource, message) => {
    expect(() => read({ Resource: resource })).toThrow(message);
  });
});
