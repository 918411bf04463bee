import { callStates } from '@device-lifecycle/test-kit/call-states.ts';
import { silentLog } from '@device-lifecycle/test-kit/silent-log.ts';
import { ACCOUNT_ID, functionsOf, machineOf, REGION } from '@device-lifecycle/test-kit/states-under-test.ts';
import { afterAll, beforeAll } from '@jest/globals';
import type { AwsService } from '../../../src/aws.ts';
import { systemClock } from '../../../src/clock.ts';
import { type Endpoint, startEndpoint } from '../../../src/endpoint/endpoint.ts';
import { createForwarder } from '../../../src/endpoint/forwarder.ts';
import { createDynamoDbCall } from '../../../src/engine/dynamodb-call.ts';
import { startDynoxide } from '../../../src/engine/dynoxide.ts';
import { createEventsService } from '../../../src/events/events-service.ts';
import { createQueues, type Queues } from '../../../src/queues/queues.ts';
import { startS3 } from '../../../src/s3/s3-service.ts';
import { createSns } from '../../../src/sns/sns-service.ts';
import { createStatesService, type StatesService } from '../../../src/states/states-service.ts';
import { eventually } from './eventually.ts';

const common = { clock: systemClock, accountId: ACCOUNT_ID, region: REGION, log: silentLog };

/** How an execution ended, with what its history tells of tasks. */
export interface Ended {
  readonly status: string;
  // biome-ignore lint/suspicious/noExplicitAny: the output of each machine has its own shape
  readonly output: any;
  readonly error?: string;
  readonly cause?: string;
  readonly executionArn: string;
  readonly types: readonly string[];
}

/** The endpoint with the services that tasks call, each the real one. */
export class ServicesEndpoint {
  endpoint!: Endpoint;
  queues!: Queues;
  states!: StatesService;
  #machines = 0;

  queueUrl(name: string): string {
    return this.queues.queueUrl(name);
  }

  /** The body of a message that comes to a queue. */
  message(name: string): Promise<string> {
    return eventually(async () => {
      const answer = await this.queues.call('ReceiveMessage', { QueueUrl: this.queueUrl(name) });
      const { Messages = [] } = answer as { Messages?: { Body: string }[] };
      return Messages[0]?.Body;
    });
  }

  // biome-ignore lint/suspicious/noExplicitAny: answers have the shape of their operation
  call(operation: string, members: object): Promise<any> {
    return callStates(this.states, operation, members);
  }

  /** Puts a machine with one task, and gives its ARN. */
  async put(definition: object, type: 'STANDARD' | 'EXPRESS' = 'STANDARD'): Promise<string> {
    this.#machines += 1;
    const name = `machine-${this.#machines}`;
    const arn = `arn:aws:states:${REGION}:${ACCOUNT_ID}:stateMachine:${name}`;
    await this.states.machines.put({ ...machineOf(definition, type), name, arn });
    return arn;
  }

  start(stateMachineArn: string, input: unknown = {}): string {
    return this.states.startExecution({ stateMachineArn, input: JSON.stringify(input) }).executionArn;
  }

  async ended(executionArn: string): Promise<Ended> {
    const { output, ...told } = await eventually(async () => {
      const described = await this.call('DescribeExecution', { executionArn });
      return described.status === 'RUNNING' ? undefined : described;
    });
    const { events } = await this.call('GetExecutionHistory', { executionArn });
    const types = events.map(({ type }: { type: string }) => type);
    return { ...told, types, output: output === undefined ? undefined : JSON.parse(output) };
  }

  /** Runs one task to its end. */
  async run(resource: string, args: unknown, input: unknown = {}): Promise<Ended> {
    return this.ended(this.start(await this.put(taskOf(resource, args)), input));
  }
}

/** A machine of one task. */
export function taskOf(resource: string, args: unknown, fields: object = {}): object {
  const Work = { Type: 'Task', Resource: `arn:aws:states:::${resource}`, Arguments: args, End: true };
  return { StartAt: 'Work', States: { Work: { ...Work, ...fields } } };
}

/** Makes the endpoint before the tests of the file, with a table `things`, a bucket `things` and a queue `things`. */
export function useServicesEndpoint(): ServicesEndpoint {
  const under = new ServicesEndpoint();
  const parts = new AsyncDisposableStack();

  beforeAll(async () => {
    const services: Record<string, AwsService> = {};
    under.endpoint = await startEndpoint({ host: '127.0.0.1', port: 0, services, log: silentLog });
    parts.defer(() => under.endpoint.close());
    const endpointUrl = () => under.endpoint.url;
    const engine = await startDynoxide({ log: silentLog });
    parts.defer(() => engine.close());
    under.queues = await createQueues({ ...common, endpointUrl });
    parts.defer(() => under.queues.close());
    await under.queues.call('CreateQueue', { QueueName: 'things' });
    const s3 = await startS3({ region: REGION });
    parts.defer(() => s3.close());
    await s3.buckets.put({ bucketName: 'things' });
    await createDynamoDbCall(engine.url, REGION)('CreateTable', {
      TableName: 'things',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    });
    under.states = createStatesService({
      ...common,
      functions: functionsOf((event) => event),
      endpointUrl,
      objects: s3.objects,
      spoolDirectory: '/nowhere',
    });
    parts.defer(() => under.states.close());
    const { states, queues } = under;
    const functions = functionsOf((event) => event);
    const sns = createSns({ ...common, queues, functions, mayInvoke: () => true });
    const events = createEventsService({
      ...common,
      functions: { ...functions, mayInvoke: () => true },
      queues,
      topics: sns,
      states,
      logs: { write: () => undefined },
    });
    parts.defer(() => sns.close());
    const forwarder = createForwarder({ url: engine.url, available: () => engine.available() });
    parts.defer(() => forwarder.close());
    Object.assign(services, {
      dynamodb: forwarder.handle,
      events: events.handle,
      s3: s3.handle,
      sns: sns.handle,
      sqs: queues.sqs,
      states: states.handle,
      sts: queues.sts,
    });
  });

  afterAll(() => parts.disposeAsync());

  return under;
}
