import { describe, expect, it } from '@jest/globals';
import { readPlan } from '../../src/cloudformation/plan.ts';
import { KEPT_KINDS } from '../../src/template/resource-kinds.ts';
import { fn, template } from '../cloudformation/templates.ts';

const environment = {
  region: 'eu-west-1',
  accountId: '000000000000',
  stackName: 'shop',
  endpointUrl: 'http://127.0.0.1:4566',
};

const rule = (Properties: object = {}) => ({
  Type: 'AWS::Events::Rule',
  Properties: { EventPattern: { source: ['shop'] }, ...Properties },
});

const Resources = {
  Tidy: fn('tidy', 'tidy.zip'),
  Logging: {
    Type: 'AWS::IoT::Logging',
    Properties: {
      AccountId: { Ref: 'AWS::AccountId' },
      DefaultLogLevel: 'INFO',
      RoleArn: 'arn:aws:iam::000000000000:role/logs',
    },
  },
  Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'orders' } },
  OfBus: rule({ Name: 'of-bus', EventBusName: { Ref: 'Bus' } }),
  OfDefault: rule({ Name: 'of-default' }),
  Due: {
    Type: 'AWS::Scheduler::Schedule',
    Properties: {
      FlexibleTimeWindow: { Mode: 'OFF' },
      ScheduleExpression: 'rate(1 hour)',
      Target: { Arn: { 'Fn::GetAtt': ['Tidy', 'Arn'] }, RoleArn: 'arn:aws:iam::000000000000:role/any' },
    },
  },
};

describe('a resource whose kind names it otherwise than its template', () => {
  const text = template(Resources);
  const plan = readPlan({ templateBody: text, template: text, code: {}, parameters: {} }, environment);

  it.each([
    ['Logging', 'iotLogging/account'],
    ['OfBus', 'eventRules/orders|of-bus'],
    ['OfDefault', 'eventRules/default|of-default'],
    [
      'Due',
      expect.stringMatching(/^schedules\/arn:aws:scheduler:eu-west-1:000000000000:schedule\/default\//),
    ],
  ])('comes to what its keeper makes: %s', (logicalId, key) => {
    const units = plan.resources.get(logicalId)?.units ?? [];
    expect(units.map(({ kind, name }) => `${kind}/${name}`)).toEqual([key]);
  });
});

it('what calls may make or change, or what holds something, is kept', () => {
  expect([...KEPT_KINDS].sort()).toEqual([
    'buckets',
    'eventArchives',
    'eventBuses',
    'eventRules',
    'logGroups',
    'policies',
    'queryDefinitions',
    'queues',
    'tables',
    'topicRules',
  ]);
});
