import { describe, expect, it } from '@jest/globals';
import { readStack } from '../../src/template/read-stack.ts';
import type { JsonObject } from '../../src/template/template.ts';

const environment = {
  region: 'eu-west-1',
  accountId: '000000000000',
  stackName: 'shop-dev',
  endpointUrl: 'http://127.0.0.1:4566',
};

const functionArn = 'arn:aws:lambda:eu-west-1:000000000000:function:tidy';

const common: JsonObject = {
  Code: { Type: 'AWS::S3::Bucket' },
  Role: { Type: 'AWS::IAM::Role' },
  Tidy: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      FunctionName: 'tidy',
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      Code: { S3Bucket: { Ref: 'Code' }, S3Key: 'tidy.zip' },
    },
  },
};

const read = (resources: JsonObject) =>
  readStack(JSON.stringify({ Resources: { ...common, ...resources } }), environment, { codeDirOf: String })
    .schedules;

const target: JsonObject = {
  Arn: { 'Fn::GetAtt': ['Tidy', 'Arn'] },
  RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
};

const schedule = (properties: JsonObject = {}): JsonObject => ({
  Due: {
    Type: 'AWS::Scheduler::Schedule',
    Properties: {
      ScheduleExpression: 'rate(5 minutes)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: target,
      ...properties,
    },
  },
});

describe('reading schedules', () => {
  it('reads those of EventBridge Scheduler', () => {
    const properties = {
      Name: 'tidy-up',
      State: 'DISABLED',
      ScheduleExpressionTimezone: 'UTC',
      Target: { ...target, Input: '{"a":1}', RetryPolicy: { MaximumRetryAttempts: 3 } },
    };

    expect(read(schedule(properties))).toEqual([
      {
        name: 'tidy-up',
        arn: 'arn:aws:scheduler:eu-west-1:000000000000:schedule/default/tidy-up',
        expression: 'rate(5 minutes)',
        enabled: false,
        service: 'scheduler',
        targets: [{ functionArn, input: '{"a":1}' }],
      },
    ]);
    expect(read(schedule())).toMatchObject([
      { enabled: true, name: expect.stringContaining('shop-dev-Due-') },
    ]);
  });

  it.each<readonly [what: string, resources: JsonObject, message: string]>([
    [
      'a flexible window',
      schedule({ FlexibleTimeWindow: { Mode: 'FLEXIBLE' } }),
      'knows OFF alone, not FLEXIBLE',
    ],
    ['a time zone', schedule({ ScheduleExpressionTimezone: 'Europe/Vienna' }), 'knows UTC alone'],
    ['a group', schedule({ GroupName: 'mine' }), 'GroupName: the laptop runtime knows default alone'],
    [
      'a beginning',
      schedule({ StartDate: '2030-01-01T00:00:00Z' }),
      'StartDate: the laptop runtime does not know',
    ],
    [
      'an expression',
      schedule({ ScheduleExpression: 'rate(1 minutes)' }),
      'ScheduleExpression: rate(1 minutes)',
    ],
    ['another state', schedule({ State: 'ON' }), 'State: must be ENABLED or DISABLED, not ON'],
    [
      'another target',
      schedule({ Target: { ...target, Arn: 'arn:aws:sqs:x:y:z' } }),
      'Target.Arn: must be a function',
    ],
    [
      'an input that is not JSON',
      schedule({ Target: { ...target, Input: 'go' } }),
      'Target.Input: is not JSON',
    ],
  ])('refuses %s', (_, resources, message) => {
    expect(() => read(resources)).toThrow(message);
  });
});
