import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Endpoint, startEndpoint } from '../../../src/endpoint/endpoint.ts';
import { type Deployment, deadLetterArn, deploy } from '../deployment.ts';

const code = `
  exports.echo = async (event) => { console.log('echoing'); return event; };
  exports.fails = async () => { throw new Error('no'); };
`;
const silent = { info() {}, warn() {}, error() {} };
const authorization =
  'AWS4-HMAC-SHA256 Credential=local/20300102/eu-west-1/lambda/aws4_request, SignedHeaders=host, Signature=0';

describe('the Lambda API', () => {
  let functions: Deployment;
  let endpoint: Endpoint;

  beforeAll(async () => {
    const async = { maximumRetryAttempts: 1, maximumEventAgeSeconds: 60, onFailure: deadLetterArn };
    functions = await deploy(
      { 'index.js': code },
      { echo: { environment: { TABLE: 'devices' } }, fails: { async, reservedConcurrency: 2 } },
    );
    endpoint = await startEndpoint({
      host: '127.0.0.1',
      port: 0,
      services: { lambda: functions.handle },
      log: silent,
    });
  });

  afterAll(async () => {
    await endpoint.close();
    await functions.remove();
  });

  function invoke(name: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
    const url = `${endpoint.url}/2015-03-31/functions/${encodeURIComponent(name)}/invocations`;
    return fetch(url, { method: 'POST', body, headers: { authorization, ...headers } });
  }

  async function get(path: string): Promise<unknown> {
    return (await fetch(`${endpoint.url}${path}`, { headers: { authorization } })).json();
  }

  it('invokes a function and returns its answer, and its log where it is wanted', async () => {
    const response = await invoke('echo', '{"a":1}', { 'x-amz-log-type': 'Tail' });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ a: 1 });
    expect(response.headers.get('x-amz-executed-version')).toBe('$LATEST');
    expect(response.headers.get('x-amz-function-error')).toBeNull();
    const log = Buffer.from(response.headers.get('x-amz-log-result') ?? '', 'base64').toString();
    expect(log).toContain('echoing');
    expect(log).toContain(`START RequestId: ${response.headers.get('x-amzn-requestid')}`);
  });

  it('takes an ARN in the path, and an absent body as {}', async () => {
    const response = await invoke('arn:aws:lambda:eu-west-1:000000000000:function:echo', '');
    expect(await response.json()).toEqual({});
    expect(response.headers.get('x-amz-log-result')).toBeNull();
  });

  it("answers 200 with the header of AWS for a handler's error", async () => {
    const response = await invoke('fails', '{}');
    expect(response.status).toBe(200);
    expect(response.headers.get('x-amz-function-error')).toBe('Unhandled');
    expect(await response.json()).toMatchObject({ errorType: 'Error', errorMessage: 'no' });
  });

  it('queues an event and answers 202', async () => {
    const response = await invoke('fails', '{"b":2}', { 'x-amz-invocation-type': 'Event' });
    expect(response.status).toBe(202);
    expect(await response.text()).toBe('');
    await functions.idle();
    expect(JSON.parse(functions.sent[0]?.body ?? '')).toMatchObject({ requestPayload: { b: 2 } });
  });

  it('runs nothing for a dry run', async () => {
    const linesBefore = functions.lines.length;
    expect((await invoke('echo', '{}', { 'x-amz-invocation-type': 'DryRun' })).status).toBe(204);
    expect(functions.lines).toHaveLength(linesBefore);
  });

  it.each([
    ['nobody', '{}', {}, 404, 'ResourceNotFoundException'],
    ['echo:live', '{}', {}, 404, 'ResourceNotFoundException'],
    ['echo', '{', {}, 400, 'InvalidRequestContentException'],
    ['echo', '{}', { 'x-amz-invocation-type': 'Maybe' }, 400, 'InvalidParameterValueException'],
    [
      'echo',
      `"${'x'.repeat(1_048_576)}"`,
      { 'x-amz-invocation-type': 'Event' },
      413,
      'RequestTooLargeException',
    ],
  ])("refuses %s with AWS's names", async (name, body, headers: Record<string, string>, status, code) => {
    const response = await invoke(name, body, headers);
    expect(response.status).toBe(status);
    expect(response.headers.get('x-amzn-errortype')).toBe(code);
    expect(await response.json()).toEqual({ message: expect.any(String) });
  });

  it('describes the functions', async () => {
    expect(await get('/2015-03-31/functions/')).toMatchObject({
      Functions: [{ FunctionName: 'echo' }, { FunctionName: 'fails' }],
    });
    expect(await get('/2015-03-31/functions/?MaxItems=1')).toEqual({
      message: expect.stringContaining('leave MaxItems out'),
    });
    const configuration = {
      FunctionName: 'echo',
      FunctionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:echo',
      Runtime: 'nodejs24.x',
      Timeout: 3,
      MemorySize: 128,
      Environment: { Variables: { TABLE: 'devices' } },
    };
    expect(await get('/2015-03-31/functions/echo')).toMatchObject({ Configuration: configuration });
    expect(await get('/2015-03-31/functions/fails')).toMatchObject({
      Concurrency: { ReservedConcurrentExecutions: 2 },
    });
  });

  it.each([
    ['2015-03-31/nothing'],
    ['2019-09-25/functions/fails/event-invoke-config'],
    ['2015-03-31/functions/fails/policy'],
    ['2018-10-31/layers'],
    ['2015-03-31/functions/fails/configuration'],
  ])('says what it has when asked for %s', async (path) => {
    expect(await get(`/${path}`)).toEqual({
      message: expect.stringMatching(
        /there are Invoke, UpdateFunctionCode, UpdateFunctionConfiguration, GetFunction, ListFunctions\.$/,
      ),
    });
  });
});
