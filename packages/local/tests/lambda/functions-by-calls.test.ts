import { createHash } from 'node:crypto';
import {
  AddPermissionCommand,
  CreateAliasCommand,
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  DeleteAliasCommand,
  DeleteFunctionCommand,
  DeleteFunctionConcurrencyCommand,
  DeleteFunctionEventInvokeConfigCommand,
  GetAccountSettingsCommand,
  GetAliasCommand,
  GetFunctionCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  GetFunctionEventInvokeConfigCommand,
  GetLayerVersionByArnCommand,
  GetLayerVersionCommand,
  GetPolicyCommand,
  GetProvisionedConcurrencyConfigCommand,
  InvokeCommand,
  LambdaClient,
  ListAliasesCommand,
  ListFunctionEventInvokeConfigsCommand,
  ListFunctionsCommand,
  ListLayersCommand,
  ListLayerVersionsCommand,
  ListTagsCommand,
  ListVersionsByFunctionCommand,
  PublishLayerVersionCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
  RemovePermissionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  UpdateFunctionEventInvokeConfigCommand,
  waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Endpoint, startEndpoint } from '../../src/endpoint/endpoint.ts';
import { closedDoor } from './closed-door.ts';
import { type Deployment, deadLetterArn, deploy, region } from './deployment.ts';
import { zipOf } from './zip.ts';

const silent = { info() {}, warn() {}, error() {} };
const Role = 'arn:aws:iam::000000000000:role/any';
const arnOf = (name: string) => `arn:aws:lambda:${region}:000000000000:function:${name}`;
const answering = (answer: string) =>
  zipOf({ 'index.js': `exports.handler = async (event, context) => ${answer};` });

describe('functions that calls make', () => {
  let functions: Deployment;
  let endpoint: Endpoint;
  let client: LambdaClient;
  let zip: Buffer;

  beforeAll(async () => {
    functions = await deploy({ 'index.js': 'exports.ofStack = async () => "stack";' }, { ofStack: {} });
    endpoint = await startEndpoint({
      host: '127.0.0.1',
      port: 0,
      services: { lambda: functions.handle },
      log: silent,
    });
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    client = new LambdaClient({ endpoint: endpoint.url, region, credentials, maxAttempts: 1 });
    zip = await answering(`['made', process.env.TABLE, context.clientContext]`);
  });

  afterAll(async () => {
    client.destroy();
    await endpoint.close();
    await functions.remove();
  });

  async function make(FunctionName: string, input: Partial<CreateFunctionCommandInput> = {}) {
    const code = { Code: { ZipFile: zip }, Runtime: 'nodejs24.x' as const, Handler: 'index.handler' };
    return client.send(new CreateFunctionCommand({ FunctionName, Role, ...code, ...input }));
  }

  async function invoke(FunctionName: string, input: object = {}): Promise<unknown> {
    const { Payload } = await client.send(new InvokeCommand({ FunctionName, ...input }));
    return JSON.parse(Buffer.from(Payload ?? []).toString());
  }

  // https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
  it('are described, waited for and invoked', async () => {
    const made = await make('made', {
      Description: 'of a call',
      Environment: { Variables: { TABLE: 'devices' } },
      Timeout: 5,
      MemorySize: 256,
      Tags: { team: 'x' },
    });
    const codeSha256 = createHash('sha256').update(zip).digest('base64');
    expect(made).toMatchObject({ State: 'Pending', StateReasonCode: 'Creating', CodeSha256: codeSha256 });
    await waitUntilFunctionActiveV2({ client, maxWaitTime: 5 }, { FunctionName: 'made' });
    const { $metadata: _, ...configuration } = await client.send(
      new GetFunctionConfigurationCommand({ FunctionName: 'made' }),
    );
    expect(configuration).toEqual({
      FunctionName: 'made',
      FunctionArn: arnOf('made'),
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
      TracingConfig: { Mode: 'PassThrough' },
      RevisionId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      State: 'Active',
      LastUpdateStatus: 'Successful',
      PackageType: 'Zip',
      Architectures: ['x86_64'],
      EphemeralStorage: { Size: 512 },
      SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
      LoggingConfig: { LogFormat: 'Text', LogGroup: '/aws/lambda/made' },
    });
    const clientContext = Buffer.from('{"custom":{"a":1}}').toString('base64');
    expect(await invoke('made', { ClientContext: clientContext })).toEqual([
      'made',
      'devices',
      { custom: { a: 1 } },
    ]);
    expect(await client.send(new GetFunctionCommand({ FunctionName: arnOf('made') }))).toMatchObject({
      Configuration: { FunctionName: 'made' },
      Code: { RepositoryType: 'S3' },
      Tags: { team: 'x' },
    });
    const { Functions } = await client.send(new ListFunctionsCommand({}));
    expect(Functions?.map(({ FunctionName }) => FunctionName)).toEqual(['made', 'ofStack']);
  });

  it('take their code from S3', async () => {
    functions.objects.set('code/key.zip', await answering(`'from S3'`));
    await make('fromS3', { Code: { S3Bucket: 'code', S3Key: 'key.zip' } });
    expect(await invoke('fromS3')).toBe('from S3');
  });

  it('run new code and configuration from the next invocation on, and what runs ends as it was', async () => {
    const waiting = await zipOf({
      'index.js': `exports.handler = ({ door }) => new Promise((resolve) => {
        require('node:net').connect(door, '127.0.0.1').resume().on('end', () => resolve('old'));
      });`,
    });
    await make('changing', { Code: { ZipFile: waiting }, Timeout: 20 });
    const door = await closedDoor();
    const running = invoke('changing', { Payload: JSON.stringify({ door: door.port }) });
    await door.arrived(1);
    const updated = await client.send(
      new UpdateFunctionCodeCommand({
        FunctionName: 'changing',
        ZipFile: await answering('process.env.NAME'),
      }),
    );
    expect(updated).toMatchObject({ LastUpdateStatus: 'InProgress', State: 'Active' });
    await client.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName: 'changing',
        Environment: { Variables: { NAME: 'new' } },
        Timeout: 9,
      }),
    );
    expect(await invoke('changing')).toBe('new');
    door.open();
    expect(await running).toBe('old');
    expect(
      await client.send(new GetFunctionConfigurationCommand({ FunctionName: 'changing' })),
    ).toMatchObject({
      Timeout: 9,
      MemorySize: 128,
    });
  });

  it('are changed by who knows their latest revision alone', async () => {
    const { RevisionId } = await make('revised');
    const change = (Timeout: number) =>
      client.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'revised', RevisionId, Timeout }));
    const { RevisionId: current } = await client.send(
      new GetFunctionConfigurationCommand({ FunctionName: 'revised' }),
    );
    expect(current).toBe(RevisionId);
    await change(4);
    await expect(change(5)).rejects.toMatchObject({ name: 'PreconditionFailedException' });
  });

  it('are deleted, and with them what waits for them', async () => {
    await make('deleted');
    await client.send(new DeleteFunctionCommand({ FunctionName: 'deleted' }));
    await expect(invoke('deleted')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: `Function not found: ${arnOf('deleted')}`,
    });
    await make('deleted');
    expect(await invoke('deleted')).toContain('made');
  });

  const valid = { FunctionName: 'refused', Role, Runtime: 'nodejs24.x', Handler: 'index.handler' } as const;
  const zipped = (): CreateFunctionCommandInput => ({ ...valid, Code: { ZipFile: zip } });

  it.each<readonly [what: string, input: () => CreateFunctionCommandInput, name: string, message: string]>([
    [
      'one that is there',
      () => ({ ...zipped(), FunctionName: 'ofStack' }),
      'ResourceConflictException',
      'Function already exist: ofStack',
    ],
    [
      'no archive',
      () => ({ ...valid, Code: { ZipFile: Buffer.from('text') } }),
      'InvalidParameterValueException',
      'Could not unzip uploaded file',
    ],
    ['no code', () => ({ ...valid, Code: {} }), 'InvalidParameterValueException', 'Please provide a source'],
    [
      'code that is not there',
      () => ({ ...valid, Code: { S3Bucket: 'code', S3Key: 'none' } }),
      'InvalidParameterValueException',
      'S3 Error Code: NoSuchKey',
    ],
    [
      'an image',
      () => ({ ...valid, PackageType: 'Image', Code: { ImageUri: 'x' } }),
      'InvalidParameterValueException',
      'no container images',
    ],
    [
      'another language',
      () => ({ ...zipped(), Runtime: 'python3.13' }),
      'InvalidParameterValueException',
      'python3.13',
    ],
    [
      'no handler',
      () => ({ ...zipped(), Handler: undefined }),
      'InvalidParameterValueException',
      'Runtime and Handler are mandatory',
    ],
    [
      'too long a timeout',
      () => ({ ...zipped(), Timeout: 901 }),
      'ValidationException',
      "Value '901' at 'timeout' failed to satisfy constraint: Member must have value less than or equal to 900",
    ],
    [
      'too little memory',
      () => ({ ...zipped(), MemorySize: 64 }),
      'ValidationException',
      'greater than or equal to 128',
    ],
    ['a role that is none', () => ({ ...zipped(), Role: 'me' }), 'ValidationException', "at 'role' failed"],
    [
      'reserved variables',
      () => ({ ...zipped(), Environment: { Variables: { AWS_REGION: 'x' } } }),
      'InvalidParameterValueException',
      'Reserved keys used in this request: AWS_REGION',
    ],
    [
      'too many variables',
      () => ({ ...zipped(), Environment: { Variables: { AA: 'x'.repeat(4096) } } }),
      'InvalidParameterValueException',
      '4KB',
    ],
    [
      'an unknown layer',
      () => ({ ...zipped(), Layers: [`${arnOf('x').replace('function', 'layer')}:1`] }),
      'InvalidParameterValueException',
      'does not exist',
    ],
    [
      'a name of a FIFO queue for dead letters',
      () => ({ ...zipped(), DeadLetterConfig: { TargetArn: `${deadLetterArn}.fifo` } }),
      'InvalidParameterValueException',
      'FIFO',
    ],
    [
      'file systems',
      () => ({ ...zipped(), FileSystemConfigs: [{ Arn: 'x', LocalMountPath: '/mnt/x' }] }),
      'ValidationException',
      'FileSystemConfigs',
    ],
  ])('are refused with %s', async (_, input, name, message) => {
    await expect(client.send(new CreateFunctionCommand(input()))).rejects.toMatchObject({
      name,
      message: expect.stringContaining(message),
    });
  });

  // https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
  it('have a policy, which says who may invoke them', async () => {
    await make('permitted');
    const FunctionName = 'permitted';
    const rule = `arn:aws:iot:${region}:000000000000:rule/mine`;
    const add = (StatementId: string, SourceArn: string) =>
      client.send(
        new AddPermissionCommand({
          FunctionName,
          StatementId,
          Action: 'lambda:InvokeFunction',
          Principal: 'iot.amazonaws.com',
          SourceArn,
          SourceAccount: '000000000000',
        }),
      );
    await expect(client.send(new GetPolicyCommand({ FunctionName }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    expect(functions.mayInvoke(arnOf(FunctionName), 'iot.amazonaws.com', rule)).toBe(false);
    const { Statement = '' } = await add('one', rule.replace('mine', '*'));
    const statement = {
      Sid: 'one',
      Effect: 'Allow',
      Principal: { Service: 'iot.amazonaws.com' },
      Action: 'lambda:InvokeFunction',
      Resource: arnOf(FunctionName),
      Condition: {
        StringEquals: { 'AWS:SourceAccount': '000000000000' },
        ArnLike: { 'AWS:SourceArn': rule.replace('mine', '*') },
      },
    };
    expect(JSON.parse(Statement)).toEqual(statement);
    await expect(add('one', rule)).rejects.toMatchObject({ name: 'ResourceConflictException' });
    const { Policy = '' } = await client.send(new GetPolicyCommand({ FunctionName }));
    expect(JSON.parse(Policy)).toEqual({ Version: '2012-10-17', Id: 'default', Statement: [statement] });
    expect(functions.mayInvoke(arnOf(FunctionName), 'iot.amazonaws.com', rule)).toBe(true);
    expect(functions.mayInvoke(arnOf(FunctionName), 's3.amazonaws.com', rule)).toBe(false);

    await client.send(new RemovePermissionCommand({ FunctionName, StatementId: 'one' }));
    expect(functions.mayInvoke(arnOf(FunctionName), 'iot.amazonaws.com', rule)).toBe(false);
    await expect(
      client.send(new RemovePermissionCommand({ FunctionName, StatementId: 'one' })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/using-aliases.html
  it('have a policy for each version and alias, which holds for that ARN alone', async () => {
    await make('qualified');
    const FunctionName = 'qualified';
    const topic = `arn:aws:sns:${region}:000000000000:topic`;
    await client.send(new PublishVersionCommand({ FunctionName }));
    await client.send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1' }));
    const permission = { FunctionName, StatementId: 'one', Action: 'lambda:InvokeFunction' };
    const add = (Qualifier: string, Principal = 'sns.amazonaws.com') =>
      client.send(new AddPermissionCommand({ ...permission, Principal, Qualifier }));
    const permitted = () =>
      ['', ':1', ':live', ':$LATEST'].filter((qualifier) =>
        functions.mayInvoke(`${arnOf(FunctionName)}${qualifier}`, 'sns.amazonaws.com', topic),
      );
    const { Statement = '' } = await add('live');
    expect(JSON.parse(Statement)).toMatchObject({ Sid: 'one', Resource: `${arnOf(FunctionName)}:live` });
    expect(permitted()).toEqual([':live']);
    await add('1', '*');
    expect(permitted()).toEqual([':1', ':live']);
    const ofVersion = await client.send(new GetPolicyCommand({ FunctionName, Qualifier: '1' }));
    expect(JSON.parse(ofVersion.Policy ?? '').Statement).toMatchObject([{ Sid: 'one', Principal: '*' }]);
    await expect(client.send(new GetPolicyCommand({ FunctionName }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(add('$LATEST')).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
    await expect(add('unknown')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });

    await client.send(new RemovePermissionCommand({ FunctionName, StatementId: 'one', Qualifier: '1' }));
    expect(permitted()).toEqual([':live']);
    await client.send(new DeleteAliasCommand({ FunctionName, Name: 'live' }));
    await client.send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1' }));
    expect(permitted()).toEqual([]);
  });

  // https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html
  it('have settings of asynchronous invocations, once they are put', async () => {
    await make('settled');
    const FunctionName = 'settled';
    const get = () => client.send(new GetFunctionEventInvokeConfigCommand({ FunctionName }));
    await expect(get()).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: `The function ${arnOf(FunctionName)}:$LATEST doesn't have an EventInvokeConfig`,
    });
    const DestinationConfig = { OnFailure: { Destination: deadLetterArn } };
    await client.send(new PutFunctionEventInvokeConfigCommand({ FunctionName, DestinationConfig }));
    await client.send(new UpdateFunctionEventInvokeConfigCommand({ FunctionName, MaximumRetryAttempts: 0 }));
    const { $metadata: _, ...settings } = await get();
    expect(settings).toEqual({
      LastModified: expect.any(Date),
      FunctionArn: `${arnOf(FunctionName)}:$LATEST`,
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 21_600,
      DestinationConfig: { OnFailure: { Destination: deadLetterArn }, OnSuccess: {} },
    });
    const list = () => client.send(new ListFunctionEventInvokeConfigsCommand({ FunctionName }));
    expect((await list()).FunctionEventInvokeConfigs).toHaveLength(1);
    const put = (input: object) =>
      client.send(new PutFunctionEventInvokeConfigCommand({ FunctionName, ...input }));
    await expect(put({ MaximumRetryAttempts: 3 })).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(put({ MaximumEventAgeInSeconds: 59 })).rejects.toMatchObject({
      name: 'ValidationException',
    });
    const bucket = { OnSuccess: { Destination: 'arn:aws:s3:::bucket' } };
    await expect(put({ DestinationConfig: bucket })).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
    });
    await client.send(new DeleteFunctionEventInvokeConfigCommand({ FunctionName }));
    expect((await list()).FunctionEventInvokeConfigs).toEqual([]);
  });

  it('have a concurrency of their own, of what the account has', async () => {
    await make('reserved');
    const FunctionName = 'reserved';
    const put = (ReservedConcurrentExecutions: number) =>
      client.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions }));
    const unreserved = async () =>
      (await client.send(new GetAccountSettingsCommand({}))).AccountLimit?.UnreservedConcurrentExecutions;
    await put(900);
    expect(await unreserved()).toBe(100);
    await expect(put(901)).rejects.toMatchObject({
      message: expect.stringContaining('minimum value of [100]'),
    });
    await put(0);
    await expect(invoke(FunctionName)).rejects.toMatchObject({ name: 'TooManyRequestsException' });
    await client.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
    expect(await client.send(new GetFunctionConcurrencyCommand({ FunctionName }))).not.toHaveProperty(
      'ReservedConcurrentExecutions',
    );
    expect(await unreserved()).toBe(1000);
  });

  it('have tags', async () => {
    await make('tagged', { Tags: { a: '1', b: '2' } });
    const Resource = arnOf('tagged');
    await client.send(new TagResourceCommand({ Resource, Tags: { c: '3' } }));
    await client.send(new UntagResourceCommand({ Resource, TagKeys: ['a', 'b'] }));
    expect((await client.send(new ListTagsCommand({ Resource }))).Tags).toEqual({ c: '3' });
  });

  // https://docs.aws.amazon.com/lambda/latest/api/API_PublishLayerVersion.html
  it('use layers that calls publish', async () => {
    const LayerName = 'common';
    const publish = async (text: string) =>
      client.send(
        new PublishLayerVersionCommand({
          LayerName,
          Content: {
            ZipFile: await zipOf({ 'nodejs/node_modules/named/index.js': `module.exports = '${text}';` }),
          },
          CompatibleRuntimes: ['nodejs24.x'],
        }),
      );
    const layerArn = `arn:aws:lambda:${region}:000000000000:layer:common`;
    expect(await publish('first')).toMatchObject({ LayerArn: layerArn, Version: 1 });
    const { LayerVersionArn = '', Content } = await publish('second');
    expect(LayerVersionArn).toBe(`${layerArn}:2`);
    const code = await zipOf({ 'index.js': `exports.handler = async () => require('named');` });
    await make('layered', { Code: { ZipFile: code }, Layers: [LayerVersionArn] });
    expect(await invoke('layered')).toBe('second');
    expect(await client.send(new GetFunctionConfigurationCommand({ FunctionName: 'layered' }))).toMatchObject(
      {
        Layers: [{ Arn: LayerVersionArn, CodeSize: Content?.CodeSize }],
      },
    );
    const versions = await client.send(new ListLayerVersionsCommand({ LayerName }));
    expect(versions.LayerVersions?.map(({ Version }) => Version)).toEqual([2, 1]);
    const { Layers } = await client.send(new ListLayersCommand({}));
    expect(Layers).toMatchObject([{ LayerName, LatestMatchingVersion: { Version: 2 } }]);
    const byArn = await client.send(new GetLayerVersionByArnCommand({ Arn: LayerVersionArn }));
    expect(byArn).toMatchObject({ LayerArn: layerArn, Version: 2, Content });
    await expect(
      client.send(new GetLayerVersionCommand({ LayerName, VersionNumber: 3 })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html
  it('have versions, which stay as they are, and aliases', async () => {
    const FunctionName = 'versioned';
    const tell = await answering(`[process.env.NAME, context.functionVersion, context.invokedFunctionArn]`);
    const name = (NAME: string) => ({ Environment: { Variables: { NAME } } });
    await make(FunctionName, { Code: { ZipFile: tell }, ...name('one') });
    const publish = () => client.send(new PublishVersionCommand({ FunctionName, Description: 'published' }));
    expect(await publish()).toMatchObject({
      Version: '1',
      FunctionArn: `${arnOf(FunctionName)}:1`,
      Description: 'published',
    });
    expect((await publish()).Version).toBe('1');
    await client.send(new UpdateFunctionConfigurationCommand({ FunctionName, ...name('two') }));
    expect((await publish()).Version).toBe('2');
    const alias = { FunctionName, Name: 'live' };
    expect(await client.send(new CreateAliasCommand({ ...alias, FunctionVersion: '1' }))).toMatchObject({
      AliasArn: `${arnOf(FunctionName)}:live`,
      FunctionVersion: '1',
    });
    expect(await invoke(FunctionName)).toEqual(['two', '$LATEST', arnOf(FunctionName)]);
    expect(await invoke(`${FunctionName}:1`)).toEqual(['one', '1', `${arnOf(FunctionName)}:1`]);
    expect(await invoke(FunctionName, { Qualifier: 'live' })).toEqual([
      'one',
      '1',
      `${arnOf(FunctionName)}:live`,
    ]);
    await client.send(new UpdateAliasCommand({ ...alias, FunctionVersion: '2' }));
    expect(await invoke(`${arnOf(FunctionName)}:live`)).toEqual(['two', '2', `${arnOf(FunctionName)}:live`]);
    const asked = await client.send(new InvokeCommand({ FunctionName, Qualifier: 'live' }));
    expect(asked.ExecutedVersion).toBe('2');

    const { Versions } = await client.send(new ListVersionsByFunctionCommand({ FunctionName }));
    expect(Versions?.map(({ Version }) => Version)).toEqual(['$LATEST', '1', '2']);
    expect(Versions?.[0]?.FunctionArn).toBe(`${arnOf(FunctionName)}:$LATEST`);
    const { Aliases } = await client.send(new ListAliasesCommand({ FunctionName }));
    expect(Aliases).toMatchObject([{ Name: 'live', FunctionVersion: '2' }]);
    const remove = (Qualifier: string) => client.send(new DeleteFunctionCommand({ FunctionName, Qualifier }));
    await expect(remove('2')).rejects.toMatchObject({ name: 'ResourceConflictException' });
    await expect(remove('$LATEST')).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
    await remove('1');
    await expect(invoke(`${FunctionName}:1`)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await client.send(new DeleteAliasCommand(alias));
    await expect(client.send(new GetAliasCommand(alias))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('take events by a qualifier', async () => {
    const FunctionName = 'events';
    await make(FunctionName, {
      Publish: true,
      Code: { ZipFile: await answering('console.log(context.functionVersion)') },
    });
    await client.send(new InvokeCommand({ FunctionName, Qualifier: '1', InvocationType: 'Event' }));
    await functions.idle();
    expect(functions.lines.filter((line) => line.startsWith('events: '))).toEqual([
      expect.stringMatching(/\tINFO\t1$/),
    ]);
  });

  it.each<readonly [what: string, send: () => Promise<unknown>, message: string]>([
    [
      'an alias of a version that is none',
      () => client.send(new CreateAliasCommand({ FunctionName: 'ofStack', Name: 'a', FunctionVersion: '7' })),
      'Function not found',
    ],
    [
      'an alias with a number for a name',
      () =>
        client.send(
          new CreateAliasCommand({ FunctionName: 'ofStack', Name: '7', FunctionVersion: '$LATEST' }),
        ),
      "at 'name' failed",
    ],
    [
      'weights',
      () =>
        client.send(
          new CreateAliasCommand({
            FunctionName: 'ofStack',
            Name: 'a',
            FunctionVersion: '$LATEST',
            RoutingConfig: { AdditionalVersionWeights: { 1: 0.5 } },
          }),
        ),
      'RoutingConfig',
    ],
    [
      'a policy of an alias',
      () => client.send(new GetPolicyCommand({ FunctionName: 'ofStack', Qualifier: 'none' })),
      'Function not found',
    ],
    [
      'provisioned concurrency',
      () =>
        client.send(new GetProvisionedConcurrencyConfigCommand({ FunctionName: 'ofStack', Qualifier: '1' })),
      'does not run GetProvisionedConcurrencyConfig',
    ],
  ])('refuse %s', async (_, send, message) => {
    await expect(send()).rejects.toMatchObject({ message: expect.stringContaining(message) });
  });
});
