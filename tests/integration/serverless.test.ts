import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, ListTablesCommand, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { IoTClient, ListTopicRulesCommand } from '@aws-sdk/client-iot';
import { InvokeCommand, LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { type RunningStack, startStack } from '@device-lifecycle/test-kit/laptop/stack.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  openServerless,
  prepareDeployment,
  type ServerlessService,
} from '../support/emulator/osls-deployment.ts';

const LIMIT_MS = 60_000;

/** What of the service changes. */
interface Version {
  readonly greeting: string;
  readonly code: number;
  readonly output: string;
  readonly hasRule: boolean;
  readonly key: string;
}

const FIRST: Version = { greeting: 'hello', code: 1, output: 'one', hasRule: false, key: 'id' };

/** A service of somebody else. */
const SERVICE = ({ greeting, output, hasRule, key }: Version) => `
service: shop
provider:
  name: aws
  runtime: nodejs24.x
  environment: { ORDERS: !Ref Orders, GREETING: ${greeting} }
functions:
  placeOrder: { handler: handler.placeOrder }
resources:
  Resources:
    Orders:
      Type: AWS::DynamoDB::Table
      Properties:
        TableName: orders
        BillingMode: PAY_PER_REQUEST
        AttributeDefinitions: [{ AttributeName: ${key}, AttributeType: S }]
        KeySchema: [{ AttributeName: ${key}, KeyType: HASH }]
    Fulfil:
      Type: AWS::StepFunctions::StateMachine
      Properties:
        StateMachineName: fulfil
        RoleArn: !GetAtt IamRoleLambdaExecution.Arn
        Definition:
          QueryLanguage: JSONata
          StartAt: Done
          States: { Done: { Type: Pass, Output: ${output}, End: true } }
    ${hasRule ? RULE : ''}
`;

const RULE = `
    Arrivals:
      Type: AWS::IoT::TopicRule
      Properties:
        RuleName: arrivals
        TopicRulePayload:
          Sql: SELECT * FROM 'arrivals'
          AwsIotSqlVersion: '2016-03-23'
          Actions: [{ Republish: { Topic: seen, RoleArn: !GetAtt IamRoleLambdaExecution.Arn } }]
`;

const HANDLER = ({ code }: Version) =>
  `exports.placeOrder = async () => [process.env.GREETING, process.env.ORDERS, ${code}];\n`;

describe('a service that is deployed to an empty runtime with serverless', () => {
  let directory: string;
  let stack: RunningStack;
  let service: ServerlessService;
  let clients: ReturnType<typeof clientsOf>;

  const clientsOf = ({ clientConfig }: RunningStack) => ({
    cloudFormation: new CloudFormationClient(clientConfig),
    dynamoDb: new DynamoDBClient(clientConfig),
    iot: new IoTClient(clientConfig),
    lambda: new LambdaClient(clientConfig),
    s3: new S3Client({ ...clientConfig, forcePathStyle: true }),
    sfn: new SFNClient(clientConfig),
  });

  const write = async (version: Version) => {
    await writeFile(join(directory, 'shop', 'serverless.yml'), SERVICE(version));
    await writeFile(join(directory, 'shop', 'handler.js'), HANDLER(version));
  };

  const start = async () => {
    const data = join(directory, 'data');
    stack = await startStack([
      '--no-service',
      '--data',
      data,
      ...(port === undefined ? [] : ['--port', port]),
    ]);
    port = new URL(stack.awsEndpointUrl).port;
    clients = clientsOf(stack);
  };
  let port: string | undefined;

  const invoke = async () => {
    const { Payload } = await clients.lambda.send(new InvokeCommand({ FunctionName: 'shop-dev-placeOrder' }));
    return JSON.parse(Payload?.transformToString() ?? '');
  };
  const items = async () => (await clients.dynamoDb.send(new ScanCommand({ TableName: 'orders' }))).Items;
  const status = async () => {
    const { Stacks } = await clients.cloudFormation.send(
      new DescribeStacksCommand({ StackName: 'shop-dev' }),
    );
    return Stacks?.[0]?.StackStatus;
  };

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'serverless-'));
    await mkdir(join(directory, 'shop'));
    await start();
    service = await openServerless(join(directory, 'shop'), stack.awsEndpointUrl);
  }, LIMIT_MS);

  afterAll(async () => {
    await stack.stop();
    await rm(directory, { recursive: true, force: true });
  });

  it(
    'runs, and is in the stack file',
    async () => {
      await write(FIRST);
      expect(await service.serverless('deploy')).toContain('Service deployed to stack shop-dev');
      expect(await invoke()).toEqual(['hello', 'orders', 1]);
      expect(JSON.parse(await readFile(stack.stackFile, 'utf8'))).toMatchObject({
        tables: { orders: 'orders' },
        functions: { placeOrder: 'shop-dev-placeOrder' },
        stateMachines: { fulfil: 'arn:aws:states:us-east-1:000000000000:stateMachine:fulfil' },
      });
      expect(await service.serverless('info')).toContain('placeOrder: shop-dev-placeOrder');
      expect(await service.serverless('deploy')).toContain('No changes to deploy');
    },
    LIMIT_MS,
  );

  it(
    'changes with the next deployment, and keeps what its table holds',
    async () => {
      await clients.dynamoDb.send(new PutItemCommand({ TableName: 'orders', Item: { id: { S: '1' } } }));
      await write({ ...FIRST, greeting: 'ciao', code: 2, output: 'two', hasRule: true });
      await service.serverless('deploy');

      expect(await invoke()).toEqual(['ciao', 'orders', 2]);
      expect(await items()).toEqual([{ id: { S: '1' } }]);
      const { rules } = await clients.iot.send(new ListTopicRulesCommand());
      expect(rules).toMatchObject([{ ruleName: 'arrivals' }]);
      const { definition = '' } = await clients.sfn.send(
        new DescribeStateMachineCommand({
          stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:fulfil',
        }),
      );
      expect(JSON.parse(definition)).toMatchObject({ States: { Done: { Output: 'two' } } });
    },
    LIMIT_MS,
  );

  it(
    'stays as it was when a deployment fails, and goes on running after a kill',
    async () => {
      await write({ ...FIRST, code: 3, key: 'another' });
      await expect(service.serverless('deploy')).rejects.toThrow(/Orders/);
      expect(await status()).toBe('UPDATE_ROLLBACK_COMPLETE');
      expect(await invoke()).toEqual(['ciao', 'orders', 2]);

      await stack.kill();
      await start();
      expect(await status()).toBe('UPDATE_ROLLBACK_COMPLETE');
      expect(await invoke()).toEqual(['ciao', 'orders', 2]);
      expect(await items()).toEqual([{ id: { S: '1' } }]);
      expect((await clients.iot.send(new ListTopicRulesCommand())).rules).toHaveLength(1);
    },
    LIMIT_MS,
  );

  it(
    'can have one function deployed by itself',
    async () => {
      await write({ ...FIRST, greeting: 'ciao', code: 4, output: 'two' });
      await service.serverless('deploy', 'function', '-f', 'placeOrder');
      expect(await service.serverless('invoke', '-f', 'placeOrder')).toMatch(/"ciao",\s+"orders",\s+4/);
    },
    LIMIT_MS,
  );

  it(
    'is gone when it is removed',
    async () => {
      expect(await service.serverless('remove')).toContain('has been successfully removed');
      expect((await clients.dynamoDb.send(new ListTablesCommand())).TableNames).toEqual([]);
      expect((await clients.lambda.send(new ListFunctionsCommand())).Functions).toEqual([]);
      expect((await clients.s3.send(new ListBucketsCommand())).Buckets ?? []).toEqual([]);
      await expect(status()).rejects.toThrow('Stack with id shop-dev does not exist');
    },
    LIMIT_MS,
  );
});

it(
  'has the service that it starts with described and removed by serverless',
  async () => {
    const stack = await startStack();
    const deployment = await prepareDeployment(stack.awsEndpointUrl);
    try {
      expect(await deployment.serverless('info')).toContain('stack: device-lifecycle-dev');
      await deployment.serverless('remove');
      expect(JSON.parse(await readFile(stack.stackFile, 'utf8'))).toMatchObject({
        tables: {},
        functions: {},
      });
    } finally {
      await deployment.close();
      await stack.stop();
    }
  },
  LIMIT_MS,
);
