import { describe, expect, it } from '@jest/globals';
import { readStack } from '../../src/template/read-stack.ts';
import type { JsonObject } from '../../src/template/template.ts';

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

describe("a template's part of the registry", () => {
  it('has policies, their variables left to the broker', () => {
    const [device] = read({ Policy: policy() }).policies;
    expect(device?.policyName).toBe('device');
    expect(JSON.parse(device?.policyDocument ?? '')).toMatchObject({
      Statement: [{ Resource: 'arn:aws:iot:eu-west-1:000000000000:client/${iot:ClientId}' }],
    });
  });

  it('is called as CloudFormation calls it where it has no name', () => {
    const { policies } = read({
      Policy: { Type: 'AWS::IoT::Policy', Properties: { PolicyDocument: DOCUMENT } },
    });
    expect(policies[0]?.policyName).toMatch(/^shop-dev-Policy-[0-9A-F]{12}$/);
  });

  it.each<[string, JsonObject, RegExp]>([
    ['a policy without a document', policy({ PolicyDocument: 1 }), /PolicyDocument/],
    ['a property that is not known', policy({ Path: '/' }), /Path/],
    ['a thing, which does not run here', { Type: 'AWS::IoT::Thing', Properties: {} }, /AWS::IoT::Thing/],
  ])('is refused when it has %s', (_, resource, message) => {
    expect(() => read({ Resource: resource })).toThrow(message);
  });
});
