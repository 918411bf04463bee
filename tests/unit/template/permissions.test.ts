import { beforeAll, describe, expect, it } from '@jest/globals';
import { type PackagedTemplate, packagedTemplate } from '../../support/packaged-template.ts';
import { type Statement, statementsOf } from './statements.ts';

const TABLE = 'arn:aws:dynamodb:us-east-1:123456789012:table/device-lifecycle-dev';
const TOPIC = 'arn:aws:iot:us-east-1:123456789012:topic/devices/*';

/** Where a wildcard stands for a resource, and why nothing narrower will do. Review an addition as such. */
const REVIEWED_WILDCARDS: Readonly<Record<string, string>> = {
  'FunctionsNetworkPolicy/AttachToSubnets': 'EC2 has no resource for interfaces that are yet to be made',
  'FunctionsNetworkPolicy/NotFromTheCodeInside': 'denies',
  'StateMachinesTelemetryPolicy/DeliverLogs': 'log deliveries are no resources',
  'StateMachinesTelemetryPolicy/SendTraces': 'traces are no resources',
  'RegisterDeviceRole/Answer': 'the answers to every device',
  'UpdateDeviceRole/Answer': 'the answers to every device',
  'RecordHeartbeatRole/Answer': 'the answers to every device',
  'DecommissionDeviceRole/Answer': 'the answers to every device',
  'RegisterDeviceRole/WriteOwnLogs': 'the streams of one log group',
  'UpdateDeviceRole/WriteOwnLogs': 'the streams of one log group',
  'RecordHeartbeatRole/WriteOwnLogs': 'the streams of one log group',
  'RecordPresenceRole/WriteOwnLogs': 'the streams of one log group',
  'DecommissionDeviceRole/WriteOwnLogs': 'the streams of one log group',
  'RestoreDeviceRole/WriteOwnLogs': 'the streams of one log group',
  'IotLoggingRole/WriteOwnLogs': 'the streams of one log group',
  'ServerlessDeploymentBucketPolicy/s3:*': 'denies',
};

/** What each function may do with the tables and the topics; nothing else of the kind. */
const CALLS: Readonly<Record<string, readonly string[]>> = {
  RegisterDevice: [
    `dynamodb:PutItem ${TABLE}-devices`,
    `dynamodb:ConditionCheckItem ${TABLE}-invalid-devices`,
    `iot:Publish ${TOPIC}/register/*`,
  ],
  UpdateDevice: [
    `dynamodb:GetItem ${TABLE}-devices`,
    `dynamodb:GetItem ${TABLE}-invalid-devices`,
    `dynamodb:UpdateItem ${TABLE}-devices`,
    `dynamodb:PutItem ${TABLE}-devices`,
    `dynamodb:DeleteItem ${TABLE}-devices`,
    `iot:Publish ${TOPIC}/update/*`,
  ],
  RecordHeartbeat: [
    `dynamodb:GetItem ${TABLE}-devices`,
    `dynamodb:GetItem ${TABLE}-invalid-devices`,
    `dynamodb:UpdateItem ${TABLE}-devices`,
    `iot:Publish ${TOPIC}/heartbeat/*`,
  ],
  RecordPresence: [`dynamodb:UpdateItem ${TABLE}-devices`],
  DecommissionDevice: [
    `dynamodb:GetItem ${TABLE}-devices`,
    `dynamodb:GetItem ${TABLE}-invalid-devices`,
    `dynamodb:DeleteItem ${TABLE}-devices`,
    `dynamodb:UpdateItem ${TABLE}-devices`,
    `dynamodb:PutItem ${TABLE}-invalid-devices`,
    `iot:Publish ${TOPIC}/decommission/*`,
    'states:StartExecution arn:aws:states:us-east-1:123456789012:stateMachine:device-lifecycle-dev-decommission-device',
  ],
  RestoreDevice: [
    `dynamodb:GetItem ${TABLE}-devices`,
    `dynamodb:GetItem ${TABLE}-invalid-devices`,
    `dynamodb:DeleteItem ${TABLE}-invalid-devices`,
    `dynamodb:PutItem ${TABLE}-devices`,
  ],
};

const callsOf = ({ actions, resources }: Statement) =>
  actions.flatMap((action) => resources.map((resource) => `${action} ${resource}`));

describe('the permissions of the packaged template', () => {
  let template: PackagedTemplate;
  let statements: readonly Statement[];

  beforeAll(async () => {
    template = await packagedTemplate();
    statements = statementsOf(template);
  });

  it('allow no action by a wildcard', () => {
    const wild = statements.filter(
      ({ effect, actions }) => effect === 'Allow' && actions.some((action) => action.includes('*')),
    );
    expect(wild).toEqual([]);
  });

  it('never allow everything except', () => {
    expect(JSON.stringify(template.resources)).not.toMatch(/"Not(Action|Resource|Principal)"/);
  });

  it('use wildcards for resources only where it was reviewed', () => {
    const wild = statements.filter(({ resources }) => resources.some((resource) => resource.includes('*')));
    expect(wild.map(({ where }) => where).sort()).toEqual(Object.keys(REVIEWED_WILDCARDS).sort());
  });

  it('trust anybody only through a network endpoint for this account, or to deny', () => {
    const trusting = statements.filter(({ principal }) => JSON.stringify(principal ?? '').includes('*'));
    const allowing = trusting.filter(({ effect }) => effect === 'Allow');

    expect(allowing.map(({ where }) => where)).toEqual(['DynamoDbEndpoint/OwnTablesOnly']);
    expect(allowing[0]?.condition).toEqual({ StringEquals: { 'aws:PrincipalAccount': '123456789012' } });
  });

  it.each(Object.entries(CALLS))('let %s make its own calls, and no others', (name, calls) => {
    const [fn] = template.stack.functions.filter(({ logicalId }) => logicalId === `${name}LambdaFunction`);
    const [deadLetters] = template.stack.queues;
    const logs = `arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/${fn?.functionName}:*`;

    const allowed = statements.filter(
      ({ owner, principal }) => owner === `${name}Role` && principal === undefined,
    );

    expect(allowed.flatMap(callsOf).sort()).toEqual(
      [
        ...calls,
        `logs:CreateLogStream ${logs}`,
        `logs:PutLogEvents ${logs}`,
        `sqs:SendMessage ${deadLetters?.arn}`,
      ].sort(),
    );
  });

  it('let records be put and deleted in transactions alone', () => {
    const moving = statements.filter(
      ({ owner, actions }) =>
        owner.endsWith('Role') &&
        actions.some((action) => action === 'dynamodb:PutItem' || action === 'dynamodb:DeleteItem'),
    );

    expect(moving.length).toBeGreaterThan(0);
    for (const { condition } of moving) {
      expect(condition).toEqual({
        'ForAnyValue:StringEquals': { 'dynamodb:EnclosingOperation': 'TransactWriteItems' },
      });
    }
  });

  it('let each state machine invoke its own function alone', () => {
    const invoking = statements.filter(({ actions }) => actions.includes('lambda:InvokeFunction'));
    const calls = invoking.map(({ owner, resources }) => [owner, ...resources]);
    const arnOf = (logicalId: string) =>
      template.stack.functions.find((fn) => fn.logicalId === logicalId)?.arn;

    expect(calls).toEqual([
      ['DecommissionDeviceStateMachineRole', arnOf('DecommissionDeviceLambdaFunction')],
      ['RestoreDeviceStateMachineRole', arnOf('RestoreDeviceLambdaFunction')],
    ]);
  });

  it('are given to AWS IoT and Step Functions for this account alone', () => {
    const lent = statements.filter(({ actions, principal }) => {
      const { Service: service } = Object(principal);
      return actions.includes('sts:AssumeRole') && service !== 'lambda.amazonaws.com';
    });

    expect(lent).toHaveLength(4);
    for (const { condition } of lent) {
      expect(condition).toMatchObject({ StringEquals: { 'aws:SourceAccount': '123456789012' } });
      expect(condition).toHaveProperty('ArnLike');
    }
  });

  it('keep the dead-letter queue to encrypted connections', () => {
    const [policy] = statements.filter(({ owner }) => owner === 'DeadLettersQueuePolicy');
    expect(policy).toMatchObject({
      effect: 'Deny',
      actions: ['sqs:*'],
      condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
  });
});
