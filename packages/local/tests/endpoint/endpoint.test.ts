import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { AwsError, type AwsRequest, type AwsService } from '../../src/aws.ts';
import { type Endpoint, startEndpoint } from '../../src/endpoint/endpoint.ts';

function authorization(service: string): string {
  return `AWS4-HMAC-SHA256 Credential=AKID/20300102/eu-west-1/${service}/aws4_request, SignedHeaders=host;x-amz-date, Signature=abc`;
}

const fails: AwsService = () => Promise.reject(new AwsError('ThingNotFound', 'no <thing>', 404));

describe('the endpoint', () => {
  let endpoint: Endpoint | undefined;
  let told: string[] = [];

  afterEach(async () => {
    await endpoint?.close();
    endpoint = undefined;
  });

  async function start(services: Record<string, AwsService>): Promise<string> {
    told = [];
    const tell = (message: string): void => {
      told.push(message);
    };
    const log = { info: tell, warn: tell, error: tell };
    endpoint = await startEndpoint({ host: '127.0.0.1', port: 0, services, log });
    return endpoint.url;
  }

  it('hands a request to the service of its credential scope, whole', async () => {
    const requests: AwsRequest[] = [];
    const url = await start({
      states: async (request) => {
        requests.push(request);
        return { status: 201, headers: { 'x-amzn-requestid': 'mine', 'content-type': 'a/b' }, body: 'ä' };
      },
      lambda: fails,
    });
    const headers = { authorization: authorization('states'), 'x-amz-target': 'AWSStepFunctions.X' };
    const response = await fetch(`${url}/a%20b/c?d=%26&e`, { method: 'POST', headers, body: '{"ö":1}' });
    expect(response.status).toBe(201);
    expect(response.headers.get('x-amzn-requestid')).toBe('mine');
    expect(await response.text()).toBe('ä');
    expect(requests[0]).toMatchObject({ service: 'states', method: 'POST', path: '/a%20b/c' });
    expect([...(requests[0]?.query ?? [])]).toEqual([
      ['d', '&'],
      ['e', ''],
    ]);
    expect(requests[0]?.body.toString()).toBe('{"ö":1}');
  });

  it('tells a service that its client has gone', async () => {
    const asked = Promise.withResolvers<AbortSignal>();
    const answer = Promise.withResolvers<{ status: number; headers: object; body: string }>();
    const url = await start({
      states({ gone }) {
        if (gone !== undefined) asked.resolve(gone);
        return answer.promise as ReturnType<AwsService>;
      },
    });
    const client = new AbortController();
    const headers = { authorization: authorization('states') };
    const request = fetch(url, { headers, signal: client.signal }).catch(() => 'gone');
    const gone = await asked.promise;
    expect(gone.aborted).toBe(false);
    client.abort();
    await new Promise((resolve) => gone.addEventListener('abort', resolve));
    expect(await request).toBe('gone');
    answer.resolve({ status: 200, headers: {}, body: '' });
  });

  it('knows the service of a presigned URL', async () => {
    const url = await start({ s3: async ({ service }) => ({ status: 200, headers: {}, body: service }) });
    const credential = encodeURIComponent('AKID/20300102/eu-west-1/s3/aws4_request');
    const response = await fetch(`${url}/bucket/key?X-Amz-Credential=${credential}`);
    expect(await response.text()).toBe('s3');
    expect(response.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each([
    [
      'states',
      { 'x-amz-target': 'A.B', 'content-type': 'application/x-amz-json-1.0' },
      '{"__type":"ThingNotFound","message":"no <thing>"}',
      'application/x-amz-json-1.0',
    ],
    [
      'iotdata',
      { 'content-type': 'application/octet-stream' },
      '{"message":"no <thing>"}',
      'application/json',
    ],
    [
      'sts',
      { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
      '<Code>ThingNotFound</Code><Message>no &lt;thing&gt;</Message>',
      'text/xml',
    ],
    ['s3', { 'content-type': 'text/plain' }, '<Code>ThingNotFound</Code>', 'application/xml'],
  ])('gives the errors of %s in its protocol', async (service, headers, body, contentType) => {
    const url = await start({ [service]: fails });
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...headers, authorization: authorization(service) } as Record<string, string>,
      body: 'x',
    });
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe(contentType);
    expect(await response.text()).toContain(body);
  });

  it('says what to do about an unsigned request', async () => {
    const url = await start({ states: fails });
    for (const headers of [
      {},
      { authorization: 'Bearer x' },
      { authorization: 'AWS4-HMAC-SHA256 Credential=a/b' },
    ]) {
      const response = await fetch(url, { headers: headers as Record<string, string> });
      expect(response.status).toBe(403);
      expect(response.headers.get('x-amzn-errortype')).toBe('MissingAuthenticationToken');
      expect(await response.text()).toContain('AWS_ACCESS_KEY_ID');
    }
  });

  it('lists what there is when asked for a service that is not there', async () => {
    const url = await start({ states: fails, lambda: fails });
    for (const service of ['ec2', 'constructor']) {
      const response = await fetch(url, { headers: { authorization: authorization(service) } });
      expect(response.status).toBe(403);
      expect(response.headers.get('x-amzn-errortype')).toBe('AccessDeniedException');
      expect(await response.text()).toContain(`${service}: it has lambda, states.`);
    }
  });

  it('answers what SDKs try again until there are services', async () => {
    const services: Record<string, AwsService> = {};
    const url = await start(services);
    const headers = { authorization: authorization('states'), 'x-amz-target': 'AWSStepFunctions.X' };
    const early = await fetch(url, { headers });
    expect(early.status).toBe(503);
    expect(await early.json()).toEqual({
      __type: 'ServiceUnavailable',
      message: 'The laptop runtime is starting: try again in a moment.',
    });

    services['states'] = async () => ({ status: 200, headers: {}, body: 'here' });
    expect(await (await fetch(url, { headers })).text()).toBe('here');
  });

  it('answers InternalFailure and logs when a service fails unexpectedly', async () => {
    const url = await start({ states: () => Promise.reject(new TypeError('oops')) });
    const response = await fetch(url, { headers: { authorization: authorization('states') } });
    expect(response.status).toBe(500);
    expect(response.headers.get('x-amzn-errortype')).toBe('InternalFailure');
    expect(await response.text()).not.toContain('oops');
    expect(told).toEqual([expect.stringContaining('TypeError: oops')]);
  });

  it('outlives a client that goes in the middle of its request, and an answer that cannot be sent', async () => {
    const url = await start({
      states: async () => ({ status: 200, headers: { 'x-broken': 'a\nb' }, body: '' }),
      lambda: async () => ({ status: 200, headers: {}, body: 'here' }),
    });
    const socket = connect(endpoint?.port ?? 0, '127.0.0.1');
    const head = `POST / HTTP/1.1\r\nhost: localhost\r\nauthorization: ${authorization('lambda')}`;
    await new Promise<void>((resolve) => {
      socket.write(`${head}\r\ncontent-length: 100\r\n\r\nhalf`, () => resolve());
    });
    socket.destroy();
    await expect(fetch(url, { headers: { authorization: authorization('states') } })).rejects.toThrow();
    const response = await fetch(url, { headers: { authorization: authorization('lambda') } });
    expect(await response.text()).toBe('here');
    expect(told).toEqual([expect.stringContaining('could not be sent')]);
  });

  it('keeps a connection after an error that left the body unread', async () => {
    const url = await start({});
    for (let turn = 0; turn < 3; turn += 1) {
      const response = await fetch(url, { method: 'POST', body: 'x'.repeat(100_000) });
      expect(response.status).toBe(403);
      expect(response.headers.get('connection')).not.toBe('close');
      await response.text();
    }
  });

  it('answers only to loopback names, against DNS rebinding', async () => {
    const url = await start({ states: async () => ({ status: 200, headers: {}, body: '' }) });
    const statusFor = (host: string): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const headers = { host, authorization: authorization('states') };
        httpRequest(url, { headers, agent: false }, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
          .on('error', reject)
          .end();
      });
    for (const host of ['127.0.0.1:1', 'localhost', 'bucket.localhost:4566', '[::1]:4566']) {
      expect(await statusFor(host)).toBe(200);
    }
    for (const host of ['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example:80', '10.0.0.1']) {
      expect(await statusFor(host)).toBe(403);
    }
  });

  it('does not listen beyond the loopback', async () => {
    const log = { info() {}, warn() {}, error() {} };
    const options = { host: '0.0.0.0', port: 0, services: {}, log };
    await expect(startEndpoint(options)).rejects.toThrow('use 127.0.0.1');
  });

  it('says what to do when the port is taken', async () => {
    await start({});
    const log = { info() {}, warn() {}, error() {} };
    const options = { host: '127.0.0.1', port: endpoint?.port ?? 0, services: {}, log };
    await expect(startEndpoint(options)).rejects.toMatchObject({
      name: 'PortInUseError',
      message: expect.stringMatching(/^Port \d+ is in use: .* --port \(0 for any free one\)\.$/),
    });
  });

  it('ends kept connections and running calls at once when it is closed', async () => {
    let isCalled: () => void = () => {};
    const called = new Promise<void>((resolve) => {
      isCalled = resolve;
    });
    const url = await start({
      states: () => {
        isCalled();
        return new Promise(() => {});
      },
    });
    const idle = connect(endpoint?.port ?? 0, '127.0.0.1');
    const idleEnded = new Promise((resolve) => idle.on('close', resolve));
    const running = fetch(url, { headers: { authorization: authorization('states') } });
    const failed = expect(running).rejects.toThrow();
    await called;
    await endpoint?.close();
    endpoint = undefined;
    await Promise.all([failed, idleEnded]);
  });
});
