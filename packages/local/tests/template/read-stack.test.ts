import { describe, expect, it } from '@jest/globals';
import { packagedCode } from '../../src/package/code-store.ts';
import { describeNotRun, readStack } from '../../src/template/read-stack.ts';
import { stackNames } from '../../src/template/stack.ts';
import type { Json, JsonObject } from '../../src/template/template.ts';

const environment = {
  region: 'eu-west-1',
  accountId: '000000000000',
  stackName: 'shop-dev',
  endpointUrl: 'http://127.0.0.1:4566',
};

const read = (resources: JsonObject) =>
  readStack(JSON.stringify({ Resources: resources }), environment, {
    codeDirOf: (code) => packagedCode('/code', Object(code).key),
  });

const fn = (properties: JsonObject = {}): JsonObject => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    FunctionName: 'place-order',
    Handler: 'index.handler',
    Runtime: 'nodejs24.x',
    Code: { S3Bucket: { Ref: 'DeploymentBucket' }, S3Key: 'a/b/placeOrder.zip' },
    ...properties,
  },
});

const deploymentBucket: JsonObject = { DeploymentBucket: { Type: 'AWS::S3::Bucket' } };
const functionArn = 'arn:aws:lambda:eu-west-1:000000000000:function:place-order';

describe('reading functions', () => {
  it('takes AWS defaults for what the template leaves out', () => {
    const { functions } = read({ ...deploymentBucket, PlaceOrderLambdaFunction: fn() });

    expect(functions).toEqual([
      {
        logicalId: 'PlaceOrderLambdaFunction',
        functionName: 'place-order',
        arn: functionArn,
        handler: 'index.handler',
        codeDir: '/code/placeOrder',
        codeLocation: {
          bucketName: 'shop-dev-deploymentbucket-87d11999f0e2',
          key: 'a/b/placeOrder.zip',
        },
        layers: [],
        environment: {},
        timeoutMs: 3000,
        memoryMb: 128,
        runtime: 'nodejs24.x',
        permissions: [],
        told: expect.any(Object),
      },
    ]);
  });

  it('reads the environment as text, limits as numbers', () => {
    const properties = {
      Timeout: '10',
      MemorySize: 512,
      ReservedConcurrentExecutions: 0,
      Environment: { Variables: { NUMBER: 5, FLAG: true, TABLE: { 'Fn::Sub': '${AWS::StackName}-t' } } },
    };

    const { functions } = read({ ...deploymentBucket, F: fn(properties) });

    expect(functions[0]).toMatchObject({
      timeoutMs: 10_000,
      memoryMb: 512,
      reservedConcurrency: 0,
      environment: { NUMBER: '5', FLAG: 'true', TABLE: 'shop-dev-t' },
    });
  });

  it('joins what stands in other resources: asynchronous settings and permissions', () => {
    const { functions } = read({
      ...deploymentBucket,
      F: fn(),
      Dead: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'dead' } },
      Config: {
        Type: 'AWS::Lambda::EventInvokeConfig',
        Properties: {
          FunctionName: { Ref: 'F' },
          Qualifier: '$LATEST',
          MaximumRetryAttempts: 0,
          DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['Dead', 'Arn'] } } },
        },
      },
      Permission: {
        Type: 'AWS::Lambda::Permission',
        Properties: {
          Action: 'lambda:InvokeFunction',
          FunctionName: { 'Fn::GetAtt': ['F', 'Arn'] },
          Principal: 'iot.amazonaws.com',
          SourceArn: 'arn:rule',
        },
      },
    });

    expect(functions[0]).toMatchObject({
      async: {
        maximumRetryAttempts: 0,
        maximumEventAgeSeconds: 21_600,
        onFailure: 'arn:aws:sqs:eu-west-1:000000000000:dead',
      },
      permissions: [{ principal: 'iot.amazonaws.com', sourceArn: 'arn:rule' }],
    });
  });

  it("reads the template's layers, in the function's order", () => {
    const layer = (name: string): JsonObject => ({
      Type: 'AWS::Lambda::LayerVersion',
      Properties: {
        LayerName: name,
        CompatibleRuntimes: ['nodejs24.x'],
        Content: { S3Bucket: { Ref: 'DeploymentBucket' }, S3Key: `layers/${name}.zip` },
      },
    });
    const { functions } = read({
      ...deploymentBucket,
      One: layer('one'),
      Other: layer('other'),
      F: fn({ Layers: [{ Ref: 'Other' }, { 'Fn::GetAtt': ['One', 'LayerVersionArn'] }] }),
    });

    expect(functions[0]?.layers).toEqual([
      { arn: 'arn:aws:lambda:eu-west-1:000000000000:layer:other:1', directory: '/code/other' },
      { arn: 'arn:aws:lambda:eu-west-1:000000000000:layer:one:1', directory: '/code/one' },
    ]);
  });

  it.each<[string, JsonObject, RegExp]>([
    ['layers of others', { F: fn({ Layers: ['arn:x'] }) }, /F\.Properties\.Layers: .*arn:x is none/],
    ['images', { F: fn({ PackageType: 'Image' }) }, /F\.Properties\.PackageType/],
    [
      'settings for an alias',
      {
        F: fn(),
        C: {
          Type: 'AWS::Lambda::EventInvokeConfig',
          Properties: { FunctionName: 'place-order', Qualifier: 'live' },
        },
      },
      /C\.Properties\.Qualifier: .*\$LATEST/,
    ],
    ['no handler', { F: fn({ Handler: { Ref: 'AWS::NoValue' } }) }, /F\.Properties\.Handler: is missing/],
    [
      'a time limit that is no number',
      { F: fn({ Timeout: 'soon' }) },
      /F\.Properties\.Timeout: must be a number/,
    ],
  ])('refuses %s', (_what, resources, message) => {
    expect(() => read({ ...deploymentBucket, ...resources })).toThrow(message);
  });
});

describe('reading tables', () => {
  const table = (properties: JsonObject): JsonObject => ({
    T: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        TableName: 'orders',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        ...properties,
      },
    },
  });

  it('makes the input of CreateTable, without what has no effect here', () => {
    const { tables } = read(
      table({
        SSESpecification: { SSEEnabled: true },
        StreamSpecification: { StreamViewType: 'KEYS_ONLY' },
        TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
      }),
    );

    expect(tables).toEqual([
      {
        logicalId: 'T',
        tableName: 'orders',
        createTable: {
          TableName: 'orders',
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
          StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
        },
        ttlAttribute: 'expires',
      },
    ]);
  });

  it('has no TTL where it is not enabled', () => {
    const { tables } = read(table({ TimeToLiveSpecification: { AttributeName: 'expires', Enabled: false } }));
    expect(tables[0]).not.toHaveProperty('ttlAttribute');
  });

  it('refuses a property that it does not know', () => {
    expect(() => read(table({ ImportSourceSpecification: {} }))).toThrow(
      /T\.Properties\.ImportSourceSpecification/,
    );
  });
});

describe('reading rules', () => {
  it('gives them as the API has them, resolved', () => {
    const { rules } = read({
      ...deploymentBucket,
      F: fn(),
      R: {
        Type: 'AWS::IoT::TopicRule',
        Properties: {
          RuleName: 'orders',
          Tags: [{ Key: 'team', Value: 'shop' }],
          TopicRulePayload: {
            Description: 'What is ordered',
            Sql: "SELECT * FROM 'orders/+'",
            AwsIotSqlVersion: '2016-03-23',
            Actions: [{ Lambda: { FunctionArn: { 'Fn::GetAtt': ['F', 'Arn'] } } }],
            ErrorAction: { DynamoDBv2: { PutItem: { TableName: 'errors' }, RoleArn: 'arn:role' } },
          },
        },
      },
    });

    expect(rules).toEqual([
      {
        logicalId: 'R',
        ruleName: 'orders',
        arn: 'arn:aws:iot:eu-west-1:000000000000:rule/orders',
        sql: "SELECT * FROM 'orders/+'",
        awsIotSqlVersion: '2016-03-23',
        description: 'What is ordered',
        ruleDisabled: false,
        actions: [{ lambda: { functionArn } }],
        errorAction: { dynamoDBv2: { putItem: { tableName: 'errors' }, roleArn: 'arn:role' } },
      },
    ]);
  });
});

describe('reading state machines', () => {
  const machine = (properties: JsonObject): JsonObject => ({
    M: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: { StateMachineName: 'flow', RoleArn: 'arn:role', ...properties },
    },
  });
  const definitionOf = (properties: JsonObject): Json | undefined =>
    read(machine(properties)).stateMachines[0]?.definition;

  it('fills in the substitutions of a definition, wherever they stand', () => {
    const definition = {
      StartAt: 'A',
      States: { A: { Arguments: [{ F: 'x-${Arn}' }], End: true, TimeoutSeconds: 3 } },
    };

    const filledIn = definitionOf({ Definition: definition, DefinitionSubstitutions: { Arn: 'arn:f' } });

    expect(filledIn).toEqual({
      StartAt: 'A',
      States: { A: { Arguments: [{ F: 'x-arn:f' }], End: true, TimeoutSeconds: 3 } },
    });
  });

  it('leaves JSONata alone', () => {
    const definition = {
      StartAt: 'A',
      States: { A: { Output: '{% $states.input.{"a": $} ~> ${ b: 1 } %}' } },
    };
    expect(definitionOf({ Definition: definition })).toEqual(definition);
  });

  it('reads a definition from text, in which a substitution may be a number', () => {
    const filledIn = definitionOf({
      DefinitionString: '{"TimeoutSeconds":${Limit}}',
      DefinitionSubstitutions: { Limit: 5 },
    });
    expect(filledIn).toEqual({ TimeoutSeconds: 5 });
  });

  it('describes logging and tracing as the API does', () => {
    const [described] = read(
      machine({
        Definition: {},
        StateMachineType: 'EXPRESS',
        LoggingConfiguration: {
          Level: 'ALL',
          Destinations: [{ CloudWatchLogsLogGroup: { LogGroupArn: 'arn:l' } }],
        },
        TracingConfiguration: { Enabled: true },
      }),
    ).stateMachines;

    expect(described).toMatchObject({
      type: 'EXPRESS',
      loggingConfiguration: {
        level: 'ALL',
        destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: 'arn:l' } }],
      },
      tracingConfiguration: { enabled: true },
    });
  });

  it.each<[string, JsonObject, RegExp]>([
    [
      'a placeholder without a substitution',
      { Definition: { Comment: '${Nothing}' } },
      /M\.Properties\.Definition\.Comment: .*Nothing/,
    ],
    ['a definition in S3', { DefinitionS3Location: { Bucket: 'b', Key: 'k' } }, /DefinitionS3Location/],
    ['text that is not JSON', { DefinitionString: 'nonsense' }, /DefinitionString: is not JSON/],
    ['a type that there is not', { Definition: {}, StateMachineType: 'FAST' }, /STANDARD or EXPRESS/],
  ])('refuses %s', (_what, properties, message) => {
    expect(() => read(machine(properties))).toThrow(message);
  });
});

describe('what does not run', () => {
  it('is listed by type where it has no effect', () => {
    const { notRun } = read({
      ...deploymentBucket,
      F: fn(),
      One: { Type: 'AWS::IAM::Role' },
      Two: { Type: 'AWS::IAM::Role' },
    });

    expect(notRun).toEqual([{ type: 'AWS::IAM::Role', count: 2, reason: 'permissions are not enforced' }]);
  });

  it('is described by reason', () => {
    const { notRun } = read({
      Role: { Type: 'AWS::IAM::Role' },
      Policy: { Type: 'AWS::IAM::ManagedPolicy' },
      Other: { Type: 'AWS::IAM::Role' },
      Alarm: { Type: 'AWS::CloudWatch::Alarm' },
    });

    expect(describeNotRun(notRun)).toEqual([
      'nothing is monitored: 1 AWS::CloudWatch::Alarm',
      'permissions are not enforced: 2 AWS::IAM::Role, 1 AWS::IAM::ManagedPolicy',
    ]);
    expect(describeNotRun([])).toEqual([]);
  });

  it.each(['AWS::Kinesis::Stream', 'AWS::Events::Connection', 'AWS::Nobody::Knows'])(
    'is refused where the service would be another without it: %s',
    (type) => {
      expect(() => read({ X: { Type: type } })).toThrow(
        `Resources.X: the laptop runtime cannot run a resource of the type ${type}`,
      );
    },
  );

  it('is not looked at where its condition is false', () => {
    const template = {
      Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
      Resources: { X: { Type: 'AWS::Events::Rule', Condition: 'Never' } },
    };
    const stack = readStack(JSON.stringify(template), environment, { codeDirOf: String });
    expect(stack.notRun).toEqual([]);
  });
});

describe('the names of the stack file', () => {
  it('are the logical ids without their types, the first letter small', () => {
    const stack = read({
      ...deploymentBucket,
      PlaceOrderLambdaFunction: fn(),
      OrdersTable: {
        Type: 'AWS::DynamoDB::Table',
        Properties: { TableName: 'orders', KeySchema: [], AttributeDefinitions: [] },
      },
      DeadLettersQueue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'dead' } },
      PlaceOrderStateMachine: {
        Type: 'AWS::StepFunctions::StateMachine',
        Properties: { StateMachineName: 'flow', RoleArn: 'arn:role', Definition: {} },
      },
      Fleet: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'fleet' } },
    });

    expect(stackNames(stack)).toEqual({
      tables: { orders: 'orders' },
      functions: { placeOrder: 'place-order' },
      stateMachines: { placeOrder: 'arn:aws:states:eu-west-1:000000000000:stateMachine:flow' },
      queues: { deadLetters: 'http://127.0.0.1:4566/000000000000/dead' },
      buckets: { deployment: 'shop-dev-deploymentbucket-87d11999f0e2', fleet: 'fleet' },
      policies: {},
      eventBuses: {},
    });
  });
});
