import {
  type PackagedTemplate,
  packagedTemplate,
  tunedTemplate,
} from '@device-lifecycle/test-kit/packaged-template.ts';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { derivedActions } from './derived-actions.ts';
import { type Statement, statementsOf } from './statements.ts';

const TABLE = 'arn:aws:dynamodb:us-east-1:123456789012:table/device-lifecycle-dev';
const IOT = 'arn:aws:iot:us-east-1:123456789012';
const TOPIC = `${IOT}:topic/devices/*`;
const FLEET = 'arn:aws:s3:::device-lifecycle-dev-fleet-123456789012-us-east-1';

/** The roles of all that turns certificates off and on. */
const CREDENTIALS_ROLES = ['SettleCredentialsRole', 'SettleMovedDevicesRole', 'ReconcileCredentialsRole'];
const onCertificates = Object.fromEntries(
  CREDENTIALS_ROLES.flatMap((role) => [
    [`${role}/TurnCertificatesOffAndOn`, 'the certificates of every device'],
    [`${role}/ListCertificatesOfThings`, 'every device'],
    [`${role}/ListThingsOfCertificates`, 'the call knows no resources'],
    [`${role}/DropConnections`, 'the connection of every device'],
    [`${role}/WriteOwnLogs`, 'the streams of one log group'],
  ]),
);

/** The roles of all that removes what purged devices leave. */
const onRemains = Object.fromEntries(
  ['RemoveRemainsRole', 'ReconcileCredentialsRole'].flatMap((role) => [
    [`${role}/RemoveCertificates`, 'the certificates of every device'],
    [`${role}/RemoveThings`, 'every device'],
    [`${role}/LeaveThingGroups`, 'every device, and the groups that it is in'],
    [`${role}/DetachCertificates`, 'the calls know no resources'],
  ]),
);

const FLEET_FUNCTIONS = ['DecommissionDevices', 'RestoreDevices', 'ScanStaleDevices', 'GatherStaleDevices'];
const FLEET_STATE_MACHINES = ['DecommissionFleet', 'RestoreFleet', 'ProposeStale'];
const MOVES_FLEETS = ['DecommissionFleetStateMachineRole', 'RestoreFleetStateMachineRole'];

/** The roles of what works on fleets. */
const onFleets = Object.fromEntries([
  ...FLEET_FUNCTIONS.map((name) => [`${name}Role/WriteOwnLogs`, 'the streams of one log group']),
  ['ScanStaleDevicesRole/WriteParts', 'the files of every proposal'],
  ['GatherStaleDevicesRole/JoinParts', 'the files of every proposal'],
  ...MOVES_FLEETS.flatMap((role) => [
    [`${role}/ReadSources`, 'every file of a fleet'],
    [`${role}/WriteResults`, 'the results of every fleet'],
  ]),
  ...FLEET_STATE_MACHINES.flatMap((name) => [
    [`${name}StateMachineRole/LookAfterChildren`, 'every execution of the state machine itself'],
    [`${name}StateMachineRole/RedriveMapRuns`, 'every execution of the state machine itself'],
  ]),
]);

/** Where a wildcard stands for a resource, and why nothing narrower will do. Review an addition as such. */
const REVIEWED_WILDCARDS: Readonly<Record<string, string>> = {
  'AlarmsKey/AccountAdministers': "a key's own policy speaks of that key alone",
  'AlarmsKey/AlarmsMayEncrypt': "a key's own policy speaks of that key alone",
  'FunctionsNetworkPolicy/AttachToSubnets': 'EC2 has no resource for interfaces that are yet to be made',
  'FunctionsNetworkPolicy/NotFromTheCodeInside': 'denies',
  'StateMachinesLogsPolicy/DeliverLogs': 'log deliveries are no resources',
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
  'HoldDeviceRole/WriteOwnLogs': 'the streams of one log group',
  'ReleaseDeviceRole/WriteOwnLogs': 'the streams of one log group',
  'IotLoggingRole/WriteOwnLogs': 'the streams of one log group',
  ...onCertificates,
  'PurgeDeviceRole/WriteOwnLogs': 'the streams of one log group',
  'RemoveRemainsRole/WriteOwnLogs': 'the streams of one log group',
  'RemoveRemainsRole/DropConnections': 'the connection of every device',
  ...onRemains,
  ...onFleets,
  'FleetBucketPolicy/TlsOnly': 'denies',
  'SettleMovedDevicesRole/FindStreams': 'the call knows no resources',
  'PublishEventsRole/FindStreams': 'the call knows no resources',
  'PublishEventsRole/WriteOwnLogs': 'the streams of one log group',
  'DevicePolicy/SubscribeToOwnAnswers': 'below the own thing’s name: see device-policy.test.ts',
  'DevicePolicy/HearOwnAnswers': 'below the own thing’s name: see device-policy.test.ts',
  'DynamoDbEndpoint/OwnTablesOnly': 'the indexes of the own tables',
  'S3Endpoint/OwnBucketsOnly': 'the objects of the own buckets, in this account',
  'ServerlessDeploymentBucketPolicy/s3:*': 'denies',
};

/** Where a wildcard stands for an action, and why. */
const REVIEWED_WILD_ACTIONS: Readonly<Record<string, string>> = {
  'AlarmsKey/AccountAdministers':
    'without the account as its administrator, a key cannot be managed any more',
  'AlarmsKey/AlarmsMayEncrypt': 'as AWS documents it for alarms on an encrypted topic',
};

/** Its runs leave nothing that would have to be sent on. */
const WITHOUT_DEAD_LETTERS = 'ReconcileCredentials';

/** Start with the writes to both tables. */
const READS_STREAMS = ['SettleMovedDevices', 'PublishEvents'];

/** What Lambda does with the role of a function that reads streams. */
const STREAM_CALLS = [
  ...['devices', 'invalid-devices'].flatMap((table) =>
    ['DescribeStream', 'GetRecords', 'GetShardIterator'].map(
      (call) => `dynamodb:${call} ${TABLE}-${table}/stream/{label}`,
    ),
  ),
  'dynamodb:ListStreams *',
];

/** What a function's role lets Lambda do for it: write its logs, send on what failed, read its streams. */
function platformCalls(template: PackagedTemplate, name: string): readonly string[] {
  const [fn] = template.stack.functions.filter(({ logicalId }) => logicalId === `${name}LambdaFunction`);
  const [deadLetters] = template.stack.queues;
  const logs = `arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/${fn?.functionName}:*`;
  return [
    `logs:CreateLogStream ${logs}`,
    `logs:PutLogEvents ${logs}`,
    ...(name === WITHOUT_DEAD_LETTERS ? [] : [`sqs:SendMessage ${deadLetters?.arn}`]),
    ...(READS_STREAMS.includes(name) ? STREAM_CALLS : []),
  ];
}

/** Streams are labelled with the moment at which they began. */
const withoutLabel = (call: string) => call.replace(/(\/stream\/).+$/, '$1{label}');
const actionOf = (call: string) => call.slice(0, call.indexOf(' '));

/** What the work on certificates calls, whatever starts it. */
const CERTIFICATE_CALLS = [
  `dynamodb:GetItem ${TABLE}-devices`,
  `dynamodb:GetItem ${TABLE}-invalid-devices`,
  `dynamodb:UpdateItem ${TABLE}-devices`,
  `dynamodb:UpdateItem ${TABLE}-invalid-devices`,
  `iot:DescribeCertificate ${IOT}:cert/*`,
  `iot:UpdateCertificate ${IOT}:cert/*`,
  `iot:ListThingPrincipals ${IOT}:thing/*`,
  'iot:ListPrincipalThings *',
  `iot:DeleteConnection ${IOT}:client/*`,
];

/** What the removal of what purged devices leave calls in AWS IoT. */
const REMOVAL_CALLS = [
  ...['Describe', 'Update', 'Delete'].map((verb) => `iot:${verb}Certificate ${IOT}:cert/*`),
  ...[
    'ListThingPrincipals',
    'ListThingGroupsForThing',
    'ListNamedShadowsForThing',
    'GetThingShadow',
    'DeleteThingShadow',
    'DeleteThing',
    'RemoveThingFromThingGroup',
  ].map((call) => `iot:${call} ${IOT}:thing/*`),
  `iot:RemoveThingFromThingGroup ${IOT}:thinggroup/*`,
  'iot:ListPrincipalThings *',
  'iot:DetachThingPrincipal *',
];

/** What changes how long a record is kept. */
const RETENTION_CALLS = [
  `dynamodb:GetItem ${TABLE}-devices`,
  `dynamodb:GetItem ${TABLE}-invalid-devices`,
  `dynamodb:UpdateItem ${TABLE}-devices`,
  `dynamodb:UpdateItem ${TABLE}-invalid-devices`,
  `dynamodb:ConditionCheckItem ${TABLE}-devices`,
];

/** On what each function's calls are allowed; which calls those are, its code says (see derived-actions.ts). */
const CALLS: Readonly<Record<string, readonly string[]>> = {
  RegisterDevice: [
    `dynamodb:PutItem ${TABLE}-devices`,
    `dynamodb:ConditionCheckItem ${TABLE}-invalid-devices`,
    `dynamodb:GetItem ${TABLE}-devices`,
    `dynamodb:UpdateItem ${TABLE}-devices`,
    `dynamodb:UpdateItem ${TABLE}-invalid-devices`,
    `iot:Publish ${TOPIC}/register/*`,
  ],
  UpdateDevice: [
    `dynamodb:GetItem ${TABLE}-devices`,
    `dynamodb:GetItem ${TABLE}-invalid-devices`,
    `dynamodb:UpdateItem ${TABLE}-devices`,
    `dynamodb:PutItem ${TABLE}-devices`,
    `dynamodb:DeleteItem ${TABLE}-devices`,
    `dynamodb:UpdateItem ${TABLE}-invalid-devices`,
    `iot:Publish ${TOPIC}/update/*`,
  ],
  RecordHeartbeat: [
    `dynamodb:GetItem ${TABLE}-devices`,
    `dynamodb:GetItem ${TABLE}-invalid-devices`,
    `dynamodb:UpdateItem ${TABLE}-devices`,
    `dynamodb:UpdateItem ${TABLE}-invalid-devices`,
    `iot:Publish ${TOPIC}/heartbeat/*`,
  ],
  RecordPresence: [
    `dynamodb:UpdateItem ${TABLE}-devices`,
    `dynamodb:GetItem ${TABLE}-invalid-devices`,
    `dynamodb:UpdateItem ${TABLE}-invalid-devices`,
  ],
  DecommissionDevice: [
    `dynamodb:GetItem ${TABLE}-devices`,
    `dynamodb:GetItem ${TABLE}-invalid-devices`,
    `dynamodb:DeleteItem ${TABLE}-devices`,
    `dynamodb:UpdateItem ${TABLE}-devices`,
    `dynamodb:PutItem ${TABLE}-invalid-devices`,
    `iot:Publish ${TOPIC}/decommission/*`,
    'states:StartExecution arn:aws:states:us-east-1:123456789012:stateMachine:device-lifecycle-dev-decommission-device',
  ],
  DecommissionDevices: [
    `dynamodb:BatchGetItem ${TABLE}-devices`,
    `dynamodb:GetItem ${TABLE}-devices`,
    `dynamodb:GetItem ${TABLE}-invalid-devices`,
    `dynamodb:DeleteItem ${TABLE}-devices`,
    `dynamodb:UpdateItem ${TABLE}-devices`,
    `dynamodb:PutItem ${TABLE}-invalid-devices`,
  ],
  RestoreDevices: [
    `dynamodb:BatchGetItem ${TABLE}-invalid-devices`,
    `dynamodb:GetItem ${TABLE}-devices`,
    `dynamodb:GetItem ${TABLE}-invalid-devices`,
    `dynamodb:DeleteItem ${TABLE}-invalid-devices`,
    `dynamodb:PutItem ${TABLE}-devices`,
  ],
  ScanStaleDevices: [`dynamodb:Scan ${TABLE}-devices`, `s3:PutObject ${FLEET}/stale/*`],
  GatherStaleDevices: ['AbortMultipartUpload', 'GetObject', 'PutObject'].map(
    (call) => `s3:${call} ${FLEET}/stale/*`,
  ),
  RestoreDevice: [
    `dynamodb:GetItem ${TABLE}-devices`,
    `dynamodb:GetItem ${TABLE}-invalid-devices`,
    `dynamodb:DeleteItem ${TABLE}-invalid-devices`,
    `dynamodb:PutItem ${TABLE}-devices`,
  ],
  PurgeDevice: [
    `dynamodb:GetItem ${TABLE}-devices`,
    `dynamodb:GetItem ${TABLE}-invalid-devices`,
    `dynamodb:DeleteItem ${TABLE}-devices`,
    `dynamodb:DeleteItem ${TABLE}-invalid-devices`,
    `dynamodb:PutItem ${TABLE}-invalid-devices`,
  ],
  RemoveRemains: [
    `dynamodb:GetItem ${TABLE}-devices`,
    `dynamodb:GetItem ${TABLE}-invalid-devices`,
    `dynamodb:UpdateItem ${TABLE}-invalid-devices`,
    ...REMOVAL_CALLS,
    `iot:DeleteConnection ${IOT}:client/*`,
  ],
  HoldDevice: RETENTION_CALLS,
  ReleaseDevice: RETENTION_CALLS,
  SettleCredentials: CERTIFICATE_CALLS,
  SettleMovedDevices: CERTIFICATE_CALLS,
  PublishEvents: ['events:PutEvents arn:aws:events:us-east-1:123456789012:event-bus/device-lifecycle-dev'],
  ReconcileCredentials: [
    ...CERTIFICATE_CALLS,
    ...REMOVAL_CALLS,
    `dynamodb:Query ${TABLE}-devices/index/pending-credentials`,
    `dynamodb:Query ${TABLE}-invalid-devices/index/pending-credentials`,
  ],
};

/** What a function's role is allowed, by itself and by policies that attach themselves to it. */
function allowedTo(template: PackagedTemplate, roleId: string): readonly Statement[] {
  const role = template.ofType('AWS::IAM::Role').find(({ logicalId }) => logicalId === roleId);
  const attached = template
    .ofType('AWS::IAM::ManagedPolicy')
    .filter(({ properties }) => JSON.stringify(properties['Roles'] ?? []).includes(`"${role?.ref}"`))
    .map(({ logicalId }) => logicalId);
  return statementsOf(template).filter(
    ({ owner, effect, principal }) =>
      effect === 'Allow' && principal === undefined && [roleId, ...attached].includes(owner),
  );
}

const nameOf = (functionId: string) => functionId.replace(/LambdaFunction$/, '');

const callsOf = ({ actions, resources }: Statement) =>
  actions.flatMap((action) => resources.map((resource) => `${action} ${resource}`));

describe('the permissions of the packaged template', () => {
  let template: PackagedTemplate;
  let statements: readonly Statement[];

  beforeAll(async () => {
    template = await packagedTemplate();
    statements = statementsOf(template);
  });

  it('allow actions by a wildcard only where it was reviewed', () => {
    const wild = statements.filter(
      ({ effect, actions }) => effect === 'Allow' && actions.some((action) => action.includes('*')),
    );
    expect(wild.map(({ where }) => where).sort()).toEqual(Object.keys(REVIEWED_WILD_ACTIONS).sort());
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

    expect(allowing.map(({ where }) => where)).toEqual([
      'DynamoDbEndpoint/OwnTablesOnly',
      'S3Endpoint/OwnBucketsOnly',
      'StatesEndpoint/StartOwnExecutionsOnly',
      'EventsEndpoint/OwnBusOnly',
    ]);
    for (const { condition } of allowing) {
      expect(condition).toMatchObject({ StringEquals: { 'aws:PrincipalAccount': '123456789012' } });
    }
  });

  it.each(['off', 'on'])(
    'let each function do what its code calls, and nothing else, with tracing %s',
    async (tracing) => {
      const traced = tracing === 'on' ? await tunedTemplate() : template;
      const traces = tracing === 'on' ? ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'] : [];

      for (const { logicalId, handler } of traced.stack.functions) {
        const derived = await derivedActions(handler.replace(/\.handler$/, '.ts'));
        const name = nameOf(logicalId);
        const allowed = allowedTo(traced, `${name}Role`).flatMap(({ actions }) => actions);
        const platform = platformCalls(traced, name).map(actionOf);

        expect({ logicalId, allowed: [...new Set(allowed)].sort() }).toEqual({
          logicalId,
          allowed: [...new Set([...derived, ...traces, ...platform])].sort(),
        });
      }
    },
    60_000,
  );

  it('are known here for every function', () => {
    const names = template.stack.functions.map(({ logicalId }) => nameOf(logicalId));
    expect(Object.keys(CALLS).sort()).toEqual([...names].sort());
  });

  it.each(Object.entries(CALLS))(
    'let %s make its calls on its own resources, and on no others',
    (name, calls) => {
      const allowed = allowedTo(template, `${name}Role`).flatMap(callsOf).map(withoutLabel);
      expect(allowed.sort()).toEqual([...calls, ...platformCalls(template, name)].sort());
    },
  );

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

  it('let holds and releases change items in transactions alone, so that guards keep up with their record', () => {
    const changing = statements.filter(
      ({ owner, actions }) =>
        ['HoldDeviceRole', 'ReleaseDeviceRole'].includes(owner) && actions.includes('dynamodb:UpdateItem'),
    );

    expect(changing).toHaveLength(2);
    for (const { condition } of changing) {
      expect(condition).toEqual({
        'ForAnyValue:StringEquals': { 'dynamodb:EnclosingOperation': 'TransactWriteItems' },
      });
    }
  });

  it('let each state machine invoke its own function, and the one that follows it in AWS IoT', () => {
    const invoking = statements.filter(({ actions }) => actions.includes('lambda:InvokeFunction'));
    const calls = invoking.map(({ owner, resources }) => [owner, ...resources]);
    const arnOf = (logicalId: string) =>
      template.stack.functions.find((fn) => fn.logicalId === logicalId)?.arn;
    const settle = arnOf('SettleCredentialsLambdaFunction');

    expect(calls).toEqual([
      ['DecommissionDeviceStateMachineRole', arnOf('DecommissionDeviceLambdaFunction'), settle],
      ['RestoreDeviceStateMachineRole', arnOf('RestoreDeviceLambdaFunction'), settle],
      ['HoldDeviceStateMachineRole', arnOf('HoldDeviceLambdaFunction')],
      ['ReleaseDeviceStateMachineRole', arnOf('ReleaseDeviceLambdaFunction')],
      [
        'PurgeDeviceStateMachineRole',
        arnOf('PurgeDeviceLambdaFunction'),
        arnOf('RemoveRemainsLambdaFunction'),
      ],
      ['DecommissionFleetStateMachineRole', arnOf('DecommissionDevicesLambdaFunction')],
      ['RestoreFleetStateMachineRole', arnOf('RestoreDevicesLambdaFunction')],
      [
        'ProposeStaleStateMachineRole',
        arnOf('ScanStaleDevicesLambdaFunction'),
        arnOf('GatherStaleDevicesLambdaFunction'),
      ],
    ]);
  });

  it.each([
    ['DecommissionFleet', 'decommission-fleet', ['Csv', 'JsonLines']],
    ['RestoreFleet', 'restore-fleet', ['Csv', 'JsonLines']],
    ['ProposeStale', 'propose-stale', ['Segments']],
  ])('let %s start, look after and redrive its own children', (machine, name, labels) => {
    const states = 'arn:aws:states:us-east-1:123456789012';
    const execution = `${states}:execution:device-lifecycle-dev-${name}`;
    const children = statements
      .filter(({ owner }) => owner === `${machine}StateMachineRole`)
      .flatMap(callsOf)
      .filter((call) => call.startsWith('states:'));

    expect(children.toSorted()).toEqual(
      [
        `states:StartExecution ${states}:stateMachine:device-lifecycle-dev-${name}`,
        ...['Describe', 'Stop'].flatMap((verb) => [
          `states:${verb}Execution ${execution}:*`,
          `states:${verb}Execution ${execution}/*`,
        ]),
        ...labels.map((label) => `states:RedriveExecution ${execution}/${label}:*`),
      ].toSorted(),
    );
  });

  it.each(MOVES_FLEETS)('let %s read what fleets are read from, and write what comes of them', (role) => {
    const files = statements
      .filter(({ owner }) => owner === role)
      .flatMap(callsOf)
      .filter((call) => call.startsWith('s3:'));
    expect(files).toEqual([
      `s3:GetObject ${FLEET}/sources/*`,
      `s3:GetObject ${FLEET}/stale/*`,
      ...['AbortMultipartUpload', 'GetObject', 'ListMultipartUploadParts', 'PutObject'].map(
        (call) => `s3:${call} ${FLEET}/results/*`,
      ),
    ]);
  });

  it('are given to AWS IoT and Step Functions for this account alone', () => {
    const lent = statements.filter(({ actions, principal }) => {
      const { Service: service } = Object(principal);
      return actions.includes('sts:AssumeRole') && service !== 'lambda.amazonaws.com';
    });

    expect(lent).toHaveLength(10);
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
