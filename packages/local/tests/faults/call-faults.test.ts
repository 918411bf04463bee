import { Readable } from 'node:stream';
import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { DeleteThingCommand, IoTClient } from '@aws-sdk/client-iot';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { AwsRequest, AwsService } from '../../src/aws.ts';
import { type Endpoint, startEndpoint } from '../../src/endpoint/endpoint.ts';
import { LostResponse } from '../../src/endpoint/responses.ts';
import { planOf } from './plans.ts';

/** How long calls were held, each time; here, they go on at once. */
const heldMs: number[] = [];
const timers = await import('node:timers/promises');
jest.unstable_mockModule('node:timers/promises', () => ({
  ...timers,
  setTimeout: async (ms: number) => void heldMs.push(ms),
}));
const { operationName, withCallFaults } = await import('../../src/faults/call-faults.ts');

const silent = { info() {}, warn() {}, error() {} };
const put = { TableName: 'devices', Item: { id: { S: 'd-1' } } };

describe('calls with faults', () => {
  let endpoint: Endpoint | undefined;
  const made: string[] = [];
  const clients: { destroy(): void }[] = [];

  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    await endpoint?.close();
    endpoint = undefined;
    made.length = 0;
  });

  /** An endpoint whose services answer everything with nothing. */
  async function start(...rules: readonly string[]) {
    const { plan, told } = planOf(rules);
    const service: AwsService = async (request) => {
      made.push(operationName(request));
      return { status: 200, headers: {}, body: '{}' };
    };
    const services = { dynamodb: withCallFaults(service, plan), iot: withCallFaults(service, plan) };
    endpoint = await startEndpoint({ host: '127.0.0.1', port: 0, services, log: silent });
    const config = {
      endpoint: endpoint.url,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      maxAttempts: 1,
    };
    const [dynamodb, iot] = [new DynamoDBClient(config), new IoTClient(config)];
    clients.push(dynamodb, iot);
    return { dynamodb, iot, told };
  }

  it("are answered with AWS's errors, and not made, in the protocol of the service", async () => {
    const { dynamodb, iot, told } = await start(
      'dynamodb:PutItem=ProvisionedThroughputExceededException',
      'iot:*=ThrottlingException',
    );
    await expect(dynamodb.send(new PutItemCommand(put))).rejects.toMatchObject({
      name: 'ProvisionedThroughputExceededException',
      $metadata: { httpStatusCode: 400 },
    });
    await expect(iot.send(new DeleteThingCommand({ thingName: 'd-1' }))).rejects.toMatchObject({
      name: 'ThrottlingException',
    });
    await dynamodb.send(new GetItemCommand({ TableName: 'devices', Key: { id: { S: 'd-1' } } }));
    expect(made).toEqual(['GetItem']);
    expect(told.map(({ target }) => target)).toEqual(['dynamodb:PutItem', 'iot:DeleteThing']);
  });

  it('cancel a transaction for the conflict of one item, and a single write for its own', async () => {
    const { dynamodb } = await start('dynamodb:*=TransactionConflict');
    const transaction = new TransactWriteItemsCommand({
      TransactItems: [{ Put: put }, { Put: put }, { Put: put }],
    });
    const { CancellationReasons: reasons, ...error } = await dynamodb.send(transaction).then(
      () => ({}),
      (thrown) => ({ ...thrown, name: thrown.name }),
    );
    expect(error).toMatchObject({ name: 'TransactionCanceledException' });
    expect(reasons.map(({ Code }: { Code: string }) => Code).sort()).toEqual([
      'None',
      'None',
      'TransactionConflict',
    ]);
    await expect(dynamodb.send(new PutItemCommand(put))).rejects.toMatchObject({
      name: 'TransactionConflictException',
    });
    await dynamodb.send(new GetItemCommand({ TableName: 'devices', Key: { id: { S: 'd-1' } } }));
    expect(made).toEqual(['GetItem']);
  });

  it('are made, and their answer is lost', async () => {
    const { dynamodb, told } = await start('dynamodb:PutItem=lostResponse');
    await expect(dynamodb.send(new PutItemCommand(put))).rejects.toThrow(/socket hang up/);
    expect(made).toEqual(['PutItem']);
    expect(told).toHaveLength(1);
  });

  it('leave nothing open that their answer would have read', async () => {
    const { plan } = planOf(['s3:GetObject=lostResponse']);
    const stream = Readable.from(['an object']);
    const service = withCallFaults(async () => ({ status: 200, headers: {}, body: '', stream }), plan);
    const query = new URLSearchParams();
    const get = { service: 's3', method: 'GET', path: '/b/k', query, headers: {}, body: Buffer.alloc(0) };
    await expect(service(get)).rejects.toThrow(LostResponse);
    expect(stream.destroyed).toBe(true);
  });

  it('are held, each delay after the other, whatever comes of them then', async () => {
    const { dynamodb, told } = await start(
      'dynamodb:*=delay(20)',
      'dynamodb:PutItem=delay(30)',
      'dynamodb:PutItem=InternalServerError',
    );
    await expect(dynamodb.send(new PutItemCommand(put))).rejects.toMatchObject({
      name: 'InternalServerError',
    });
    expect(heldMs).toEqual([20, 30]);
    expect(told).toHaveLength(3);
  });
});

describe("an operation's name", () => {
  const request = (
    service: string,
    method: string,
    url: string,
    more: Partial<AwsRequest> = {},
  ): AwsRequest => {
    const [path = '', query] = url.split('?');
    return {
      service,
      method,
      path,
      query: new URLSearchParams(query),
      headers: {},
      body: Buffer.alloc(0),
      ...more,
    };
  };

  it.each([
    [
      request('states', 'POST', '/', { headers: { 'x-amz-target': 'AWSStepFunctions.StartExecution' } }),
      'StartExecution',
    ],
    [request('iot', 'PUT', '/certificates/abc'), 'UpdateCertificate'],
    [request('iotdata', 'POST', '/topics/a%2Fb'), 'Publish'],
    [request('lambda', 'POST', '/2015-03-31/functions/f/invocations'), 'Invoke'],
    [request('s3', 'GET', '/bucket?list-type=2'), 'ListObjectsV2'],
    [request('s3', 'PUT', '/bucket/key?partNumber=1&uploadId=u'), 'UploadPart'],
    [request('s3', 'PUT', '/bucket/key'), 'PutObject'],
    [
      request('sts', 'POST', '/', { body: Buffer.from('Action=GetCallerIdentity&Version=2011-06-15') }),
      'GetCallerIdentity',
    ],
    [request('iot', 'PUT', '/nowhere'), ''],
  ])('is found (%#)', (of, name) => {
    expect(operationName(of)).toBe(name);
  });
});
