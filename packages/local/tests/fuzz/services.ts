import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request as httpRequest, type OutgoingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fakeBroker } from '@device-lifecycle/test-kit/fake-broker.ts';
import { ruleTargets } from '@device-lifecycle/test-kit/rule-targets.ts';
import { MovableClock } from '../../src/clock.ts';
import type { FunctionInvoker } from '../../src/contracts.ts';
import { createClockApi } from '../../src/endpoint/clock-api.ts';
import { type Endpoint, startEndpoint } from '../../src/endpoint/endpoint.ts';
import { createEventsService } from '../../src/events/events-service.ts';
import { createCertificateAuthority } from '../../src/iot/certificate-authority.ts';
import { IotRegistry } from '../../src/iot/iot-registry.ts';
import { createIotService } from '../../src/iot/iot-service.ts';
import { createFunctions } from '../../src/lambda/functions.ts';
import { openLogStore } from '../../src/logs/log-store.ts';
import { createLogsService } from '../../src/logs/logs-service.ts';
import { createIotDataService } from '../../src/mqtt/iot-data-service.ts';
import { openCodeStore } from '../../src/package/code-store.ts';
import { createQueues } from '../../src/queues/queues.ts';
import { createRulesEngine } from '../../src/rules/rules-engine.ts';
import { startS3 } from '../../src/s3/s3-service.ts';
import { createStatesService } from '../../src/states/states-service.ts';
import { createEventSourceMappings } from '../../src/streams/event-source-mappings.ts';

export const REGION = 'us-east-1';
export const ACCOUNT_ID = '000000000000';
export const MACHINE_ARN = `arn:aws:states:${REGION}:${ACCOUNT_ID}:stateMachine:machine`;

/** Goes through its input, and ends. */
const DEFINITION = {
  StartAt: 'Look',
  QueryLanguage: 'JSONata',
  States: { Look: { Type: 'Pass', Output: '{% {"input": $states.input} %}', End: true } },
};

/** What the endpoint has answered. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

export interface Call {
  readonly service: string;
  readonly method: string;
  /** With its query, as it is sent. */
  readonly path: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: Uint8Array | string;
}

export interface RunningServices {
  readonly endpoint: Endpoint;
  /** Of the objects of S3, and next to other files. */
  readonly objectsDirectory: string;
  readonly directory: string;
  /** What the runtime has told of as its own fault. */
  readonly errors: string[];
  call(call: Call): Promise<Answer>;
  close(): Promise<void>;
}

/** Less than Node.js reads of a head: 16 KiB. */
const HEAD_BYTES = 12_000;

const authorization = (service: string): string =>
  `AWS4-HMAC-SHA256 Credential=AKID/20300102/${REGION}/${service}/aws4_request, SignedHeaders=host, Signature=abc`;

/** Every service of the runtime behind its endpoint, but for what needs the table engine, and functions that answer at once. */
export async function startServices(): Promise<RunningServices> {
  const directory = mkdtempSync(join(tmpdir(), 'fuzz-'));
  const objectsDirectory = join(directory, 'objects');
  const errors: string[] = [];
  const log = {
    info: () => undefined,
    warn: () => undefined,
    error: (text: string) => void errors.push(text),
  };
  const clock = new MovableClock();
  const common = { clock, region: REGION, accountId: ACCOUNT_ID, log };
  const functions: FunctionInvoker = {
    invoke: async (_, payload) => ({ payload, requestId: 'r', logTail: '' }),
    invokeAsync: async () => undefined,
  };
  const broker = fakeBroker();
  const queues = await createQueues({
    ...common,
    endpointUrl: () => 'http://127.0.0.1:1',
  });
  await queues.keeper.put({ queueName: 'queue', properties: {} });
  const s3 = await startS3({ region: REGION, directory: objectsDirectory });
  await s3.buckets.put({ bucketName: 'bucket' });
  const logs = await openLogStore({ ...common, directory: join(directory, 'logs') });
  logs.write('group', 'stream', '{"level":"INFO","message":"hello","n":1}', clock.now());
  const states = createStatesService({
    ...common,
    machines: [
      {
        name: 'machine',
        arn: MACHINE_ARN,
        type: 'STANDARD',
        definition: DEFINITION,
        roleArn: 'arn:aws:iam::0:role/x',
      },
    ],
    functions,
    objects: s3.objects,
    spoolDirectory: join(directory, 'spool'),
  });
  const events = createEventsService({
    ...common,
    functions: { ...functions, mayInvoke: () => true },
    queues,
    states,
    logs,
  });
  await events.keepers.eventBuses.put({ logicalId: 'Bus', name: 'bus' });
  const logsService = createLogsService({ ...common, store: logs });
  const lambdaFunctions = createFunctions({
    ...common,
    queues,
    code: await openCodeStore(join(directory, 'code')),
    endpointUrls: () => ({ all: '' }),
  });
  await lambdaFunctions.keeper.put({
    functionName: 'one',
    arn: `arn:aws:lambda:${REGION}:${ACCOUNT_ID}:function:one`,
    handler: 'index.handler',
    codeDir: directory,
    environment: {},
    timeoutMs: 3000,
    memoryMb: 128,
    runtime: 'nodejs24.x',
  });
  const mappings = createEventSourceMappings({
    ...common,
    engineUrl: 'http://127.0.0.1:1',
    functions: lambdaFunctions,
    queues,
  });
  const lambda = mappings.handleBefore(lambdaFunctions.handle);
  const endpoint = await startEndpoint({
    host: '127.0.0.1',
    port: 0,
    log,
    own: { clock: createClockApi(clock, log) },
    services: {
      events: events.handle,
      iot: createIotService({
        ...common,
        registry: new IotRegistry(common),
        authority: await createCertificateAuthority(),
        topicRules: createRulesEngine({ ...common, ...ruleTargets }).topicRules,
      }),
      iotdata: createIotDataService({ broker, clock }),
      lambda,
      logs: logsService.handle,
      s3: s3.handle,
      sqs: queues.sqs,
      states: states.handle,
      sts: queues.sts,
    },
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  return {
    endpoint,
    objectsDirectory,
    directory,
    errors,
    call: (call) => send(endpoint.port, agent, call),
    async close() {
      agent.destroy();
      await endpoint.close();
      await mappings.close();
      await lambdaFunctions.close();
      logsService.close();
      await events.close();
      await states.close();
      await s3.close();
      await queues.close();
      await logs.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function send(
  port: number,
  agent: Agent,
  { service, method, path, headers, body = '' }: Call,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const all = {
      authorization: authorization(service),
      'content-length': Buffer.byteLength(body),
      ...headers,
    };
    const outgoing = httpRequest(
      { host: '127.0.0.1', port, agent, method, path, headers: all },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    outgoing.on('error', (error) => {
      // Node.js refuses such a head with 431, and may have hung up before it is written.
      if (path.length > HEAD_BYTES) resolve({ status: 431, headers: {}, body: '' });
      else reject(error);
    });
    outgoing.end(body);
  });
}
