import { DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { JsonObject } from '@device-lifecycle/local/template/template.ts';
import { type PackagedTemplate, packagedTemplate } from '@device-lifecycle/test-kit/packaged-template.ts';
import { hasTool } from '@device-lifecycle/test-kit/tools.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GAPS } from '../support/emulator/gaps.ts';
import { CONNECTION, type Inventory, takeInventory } from '../support/emulator/inventory.ts';
import { startMoto } from '../support/emulator/moto.ts';
import { openMotoGateway } from '../support/emulator/moto-gateway.ts';
import { type Deployment, prepareDeployment } from '../support/emulator/osls-deployment.ts';
import { createQueryClient, textsOf } from '../support/emulator/query-client.ts';
import type { TemplateProxy } from '../support/emulator/template-proxy.ts';

const STACK = { StackName: 'device-lifecycle-dev' };
const REGISTER_DEVICE = 'device-lifecycle-dev-register-device';
const DEVICES_TABLE = 'device-lifecycle-dev-devices';
const LIMIT_MS = 60_000;

const moto = await startMoto();

function describeDeployment(url: string): void {
  const query = createQueryClient(url);
  const dynamoDb = new DynamoDBClient({ ...CONNECTION, endpoint: url });
  const lambda = new LambdaClient({ ...CONNECTION, endpoint: url });
  let gateway: TemplateProxy;
  let deployment: Deployment;
  let template: PackagedTemplate;

  const codeOf = async (FunctionName: string) =>
    (await lambda.send(new GetFunctionCommand({ FunctionName }))).Configuration?.CodeSha256;

  /** What CloudFormation was given for the one layer, and the archives of layers in the bucket. */
  async function layers() {
    const xml = await query.call('cloudformation', 'GetTemplate', STACK);
    const [body = ''] = textsOf(xml, 'TemplateBody');
    const deployed: { Resources: Record<string, JsonObject> } = JSON.parse(body.replaceAll('&quot;', '"'));
    const layer = Object.values(deployed.Resources).find(({ Type }) => Type === 'AWS::Lambda::LayerVersion');
    const [bucket = ''] = textsOf(
      await query.call('cloudformation', 'DescribeStackResources', {
        ...STACK,
        LogicalResourceId: 'ServerlessDeploymentBucket',
      }),
      'PhysicalResourceId',
    );
    const listing = await (await fetch(`${url}/${bucket}?list-type=2`)).text();
    return {
      properties: layer?.['Properties'],
      archives: textsOf(listing, 'Key').filter((key) => key.includes('/layers/')),
    };
  }

  beforeAll(async () => {
    gateway = await openMotoGateway(url);
    [deployment, template] = await Promise.all([prepareDeployment(gateway.url), packagedTemplate()]);
  }, LIMIT_MS);

  afterAll(async () => {
    await deployment.close();
    await gateway.close();
  });

  it(
    'makes everything that the template has',
    async () => {
      await deployment.serverless('deploy');

      const made = await query.call('cloudformation', 'DescribeStackResources', STACK);
      const leftOut = new Set(GAPS.map(({ type }) => type));
      const expected = template.resources.filter(({ type }) => !leftOut.has(type));
      expect(textsOf(made, 'LogicalResourceId').toSorted()).toEqual(
        expected.map(({ logicalId }) => logicalId).toSorted(),
      );
      const names = (type: string, property: string) =>
        template
          .ofType(type)
          .map(({ properties }) => String(properties[property]))
          .toSorted();
      expect(await takeInventory(url)).toEqual({
        tables: names('AWS::DynamoDB::Table', 'TableName'),
        functions: names('AWS::Lambda::Function', 'FunctionName'),
        stateMachines: names('AWS::StepFunctions::StateMachine', 'StateMachineName'),
        queues: names('AWS::SQS::Queue', 'QueueName'),
        logGroups: names('AWS::Logs::LogGroup', 'LogGroupName'),
        topics: names('AWS::SNS::Topic', 'TopicName'),
        roles: template
          .ofType('AWS::IAM::Role')
          .map(({ logicalId }) => logicalId)
          .toSorted()
          .map((logicalId) => expect.stringContaining(`-${logicalId}-`)),
        networks: names('AWS::EC2::VPC', 'CidrBlock'),
        devicePolicies: names('AWS::IoT::Policy', 'PolicyName'),
        schedules: template
          .ofType('AWS::Events::Rule')
          .filter(({ properties }) => properties['EventBusName'] === undefined)
          .map(({ properties }) => String(properties['Name'])),
        eventBuses: names('AWS::Events::EventBus', 'Name'),
        eventArchives: names('AWS::Events::Archive', 'ArchiveName'),
        streamReaders: template
          .ofType('AWS::Lambda::EventSourceMapping')
          .map(({ properties }) => String(properties['FunctionName']).replace(/^.*:/, ''))
          .toSorted(),
      } satisfies Record<keyof Inventory, unknown>);
    },
    LIMIT_MS,
  );

  it(
    'changes a function, and leaves the others, the layer and what the tables hold as they are',
    async () => {
      await dynamoDb.send(new PutItemCommand({ TableName: DEVICES_TABLE, Item: { id: { S: 'sensor-1' } } }));
      const before = { code: await codeOf(REGISTER_DEVICE), layers: await layers() };
      const others = template.stack.functions.flatMap(({ functionName }) =>
        functionName === REGISTER_DEVICE ? [] : functionName,
      );
      const othersBefore = await Promise.all(others.map(codeOf));

      await deployment.append(
        'functions/register-device/handler.ts',
        "\nReflect.set(globalThis, 'changed', true);\n",
      );
      await deployment.serverless('deploy');

      expect(await codeOf(REGISTER_DEVICE)).not.toBe(before.code);
      expect(await Promise.all(others.map(codeOf))).toEqual(othersBefore);
      expect(await layers()).toEqual(before.layers);
      expect(before.layers.archives).toEqual([Object(before.layers.properties).Content.S3Key]);
      const { Items } = await dynamoDb.send(new ScanCommand({ TableName: DEVICES_TABLE }));
      expect(Items).toEqual([{ id: { S: 'sensor-1' } }]);
    },
    LIMIT_MS,
  );

  it(
    'makes a new version of the layer for another dependency',
    async () => {
      const before = await layers();

      await deployment.append(
        'functions/register-device/handler.ts',
        "import { convertToAttr } from '@aws-sdk/util-dynamodb';\nReflect.set(globalThis, 'changed', convertToAttr);\n",
      );
      await deployment.serverless('deploy');

      // CloudFormation replaces a layer whose content has another key; moto leaves the old one.
      const after = await layers();
      const key = Object(after.properties).Content.S3Key;
      expect(before.archives).not.toContain(key);
      expect(after.archives.toSorted()).toEqual([...before.archives, key].toSorted());
    },
    LIMIT_MS,
  );

  it(
    'leaves nothing behind when it is removed',
    async () => {
      await deployment.serverless('remove');

      const nothing = Object.fromEntries(Object.keys(await takeInventory(url)).map((kind) => [kind, []]));
      expect(await takeInventory(url)).toEqual(nothing);
      expect(textsOf(await (await fetch(url)).text(), 'Name')).toEqual([]); // the buckets
      await expect(query.call('cloudformation', 'DescribeStackResources', STACK)).rejects.toThrow(
        'does not exist',
      );
    },
    LIMIT_MS,
  );
}

if (hasTool('moto', moto.isRunning ? undefined : moto.reason) && moto.isRunning) {
  afterAll(moto.stop);
  describe('the deployment to an emulator of AWS', () => describeDeployment(moto.url));
} else {
  it.skip('is not tested: moto is missing', () => undefined);
}
