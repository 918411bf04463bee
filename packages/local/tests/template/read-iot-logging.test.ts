import { describe, expect, it } from '@jest/globals';
import { readStack } from '../../src/template/read-stack.ts';
import type { JsonObject } from '../../src/template/template.ts';

const environment = {
  region: 'eu-west-1',
  accountId: '000000000000',
  stackName: 'shop-dev',
  endpointUrl: 'http://127.0.0.1:4566',
};

const logging = (properties: JsonObject = {}, condition?: string): JsonObject => ({
  Type: 'AWS::IoT::Logging',
  ...(condition !== undefined && { Condition: condition }),
  Properties: {
    AccountId: { Ref: 'AWS::AccountId' },
    DefaultLogLevel: 'INFO',
    RoleArn: 'arn:aws:iam::000000000000:role/logs',
    ...properties,
  },
});

const levelOf = (resources: JsonObject, rest: JsonObject = {}) =>
  readStack(JSON.stringify({ Resources: resources, ...rest }), environment, { codeDirOf: String })
    .iotLogLevel;

describe('what AWS IoT logs', () => {
  it('is what the template says, and nothing where it does not', () => {
    expect(levelOf({ Logging: logging() })).toBe('INFO');
    expect(levelOf({ Logging: logging({ DefaultLogLevel: 'ERROR' }) })).toBe('ERROR');
    expect(levelOf({})).toBe('DISABLED');
  });

  it('is nothing where the condition of the setting does not hold', () => {
    const rest = {
      Parameters: { Level: { Type: 'String', Default: 'DISABLED' } },
      Conditions: { Logs: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'Level' }, 'DISABLED'] }] } },
    };
    expect(levelOf({ Logging: logging({ DefaultLogLevel: { Ref: 'Level' } }, 'Logs') }, rest)).toBe(
      'DISABLED',
    );
  });

  it.each([
    ['a level that there is not', { Logging: logging({ DefaultLogLevel: 'TRACE' }) }, /DefaultLogLevel/],
    ['another account', { Logging: logging({ AccountId: '111111111111' }) }, /AccountId/],
    ['levels by event type', { Logging: logging({ EventConfigurations: [] }) }, /EventConfigurations/],
    ['two settings', { Logging: logging(), More: logging() }, /one such setting/],
  ])('cannot be %s', (_, resources, message) => {
    expect(() => levelOf(resources)).toThrow(message);
  });
});
