import { createHash } from 'node:crypto';
import {
  GetFunctionCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionsCommand,
  UpdateFunctionCodeCommand,
  type UpdateFunctionCodeCommandInput,
  UpdateFunctionConfigurationCommand,
  type UpdateFunctionConfigurationCommandInput,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Endpoint, startEndpoint } from '../../../src/endpoint/endpoint.ts';
import { closedDoor } from '../closed-door.ts';
import { type Deployment, deploy, region } from '../deployment.ts';
import { zipOf } from '../zip.ts';

const silent = { info() {}, warn() {}, error() {} };
const Role = 'arn:aws:iam::000000000000:role/any';
const arnOf = (name: string) => `arn:aws:lambda:${region}:000000000000:function:${name}`;
const answering = (answer: string) =>
  zipOf({ 'index.js': `exports.handler = async (event, context) => ${answer};` });

/** Waits for an event's door. */
const CODE = `exports.handler = ({ door }) => new Promise((resolve) => {
  require('node:net').connect(door, '127.0.0.1').resume().on('end', () => resolve('old'));
});`;

describe('functions that calls change', () => {
  let functions: Deployment;
  let endpoint: Endpoint;
  let client: LambdaClient;
  let zip: Buffer;

  beforeAll(async () => {
    const handler = 'index.handler';
    const layer = { arn: arnOf('any').replace('function', 'layer').concat(':1'), directory: '/nowhere' };
    functions = await deploy(
      { 'index.js': CODE },
      {
        told: { handler },
        changing: { handler, timeoutMs: 20_000 },
        layered: { handler, layers: [layer] },
      },
    );
    const services = { lambda: functions.handle };
    endpoint = await startEndpoint({ host: '127.0.0.1', port: 0, services, log: silent });
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    client = new LambdaClient({ endpoint: endpoint.url, region, credentials, maxAttempts: 1 });
    zip = await answering(`['told', process.env.TABLE, context.clientContext]`);
  });

  afterAll(async () => {
    client.destroy();
    await endpoint.close();
    await functions.remove();
  });

  const configure = (input: UpdateFunctionConfigurationCommandInput) =>
    client.send(new UpdateFunctionConfigurationCommand(input));
  const upload = (input: UpdateFunctionCodeCommandInput) => client.send(new UpdateFunctionCodeCommand(input));

  async function invoke(FunctionName: string, input: object = {}): Promise<unknown> {
    const { Payload } = await client.send(new InvokeCommand({ FunctionName, ...input }));
    return JSON.parse(Buffer.from(Payload ?? []).toString());
  }

  // https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html
  it('are described, waited for and invoked', async () => {
    const FunctionName = 'told';
    const codeSha256 = createHash('sha256').update(zip).digest('base64');
    expect(await upload({ FunctionName, ZipFile: zip })).toMatchObject({
      LastUpdateStatus: 'InProgress',
      State: 'Active',
      CodeSha256: codeSha256,
    });
    await configure({
      FunctionName,
      Role,
      Description: 'of a call',
      Environment: { Variables: { TABLE: 'devices' } },
      Timeout: 5,
      MemorySize: 256,
    });
    await waitUntilFunctionUpdatedV2({ client, maxWaitTime: 5 }, { FunctionName });
    const { Configuration, Code } = await client.send(
      new GetFunctionCommand({ FunctionName: arnOf(FunctionName) }),
    );
    expect(Code).toEqual({ RepositoryType: 'S3' });
    expect(Configuration).toEqual({
      FunctionName,
      FunctionArn: arnOf(FunctionName),
      Runtime: 'nodejs24.x',
      Role,
      Handler: 'index.handler',
      CodeSha256: codeSha256,
      CodeSize: zip.length,
      Description: 'of a call',
      Timeout: 5,
      MemorySize: 256,
      LastModified: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/),
      Version: '$LATEST',
      Environment: { Variables: { TABLE: 'devices' } },
      State: 'Active',
      LastUpdateStatus: 'Successful',
      PackageType: 'Zip',
    });
    const ClientContext = Buffer.from('{"custom":{"a":1}}').toString('base64');
    expect(await invoke(FunctionName, { ClientContext })).toEqual(['told', 'devices', { custom: { a: 1 } }]);
    const { Functions } = await client.send(new ListFunctionsCommand({}));
    expect(Functions?.map((one) => one.FunctionName)).toEqual(['changing', 'layered', 'told']);
  });

  it('run new code and configuration from the next invocation on, and what runs ends as it was', async () => {
    const FunctionName = 'changing';
    const door = await closedDoor();
    const running = invoke(FunctionName, { Payload: JSON.stringify({ door: door.port }) });
    await door.arrived(1);
    await upload({ FunctionName, ZipFile: await answering('process.env.NAME') });
    await configure({ FunctionName, Environment: { Variables: { NAME: 'new' } }, Timeout: 9 });
    expect(await invoke(FunctionName)).toBe('new');
    door.open();
    expect(await running).toBe('old');
    const { Configuration } = await client.send(new GetFunctionCommand({ FunctionName }));
    expect(Configuration).toMatchObject({ Timeout: 9, MemorySize: 128 });
  });

  it('have the layers of stacks alone', async () => {
    const Layers = [arnOf('any').replace('function', 'layer').concat(':1')];
    expect(await configure({ FunctionName: 'told', Layers })).toMatchObject({
      Layers: [{ Arn: Layers[0] }],
    });
  });

  const invalid = 'InvalidParameterValueException';
  it.each<readonly [what: string, input: object, name: string, message: string]>([
    ['no archive', { ZipFile: Buffer.from('text') }, invalid, 'Could not unzip uploaded file'],
    ['no code', {}, 'ValidationException', "at 'zipFile' failed"],
    ['an image', { ImageUri: 'x' }, 'ValidationException', 'ImageUri'],
  ])('are refused as code: %s', async (_, input, name, message) => {
    await expect(upload({ FunctionName: 'told', ...input })).rejects.toMatchObject({
      name,
      message: expect.stringContaining(message),
    });
  });

  it.each<readonly [what: string, input: object, name: string, message: string]>([
    [
      'too long a timeout',
      { Timeout: 901 },
      'ValidationException',
      "Value '901' at 'timeout' failed to satisfy constraint: Member must have value less than or equal to 900",
    ],
    ['too little memory', { MemorySize: 64 }, 'ValidationException', 'greater than or equal to 128'],
    ['a role that is none', { Role: 'me' }, 'ValidationException', "at 'role' failed"],
    ['reserved variables', { Environment: { Variables: { AWS_REGION: 'x' } } }, invalid, 'AWS_REGION'],
    ['too many variables', { Environment: { Variables: { AA: 'x'.repeat(4096) } } }, invalid, '4KB'],
    ['an unknown layer', { Layers: [arnOf('x')] }, invalid, 'does not exist'],
    ['file systems', { FileSystemConfigs: [] }, 'ValidationException', 'FileSystemConfigs'],
  ])('are refused as configuration: %s', async (_, input, name, message) => {
    await expect(configure({ FunctionName: 'told', ...input })).rejects.toMatchObject({
      name,
      message: expect.stringContaining(message),
    });
  });
});
