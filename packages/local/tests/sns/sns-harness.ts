import { SNSClient } from '@aws-sdk/client-sns';
import { FakeClock } from '@device-lifecycle/test-kit/fake-clock.ts';
import { type Collections, memoryCollections } from '../../src/data/collections.ts';
import { type Endpoint, startEndpoint } from '../../src/endpoint/endpoint.ts';
import { createSns, type Sns } from '../../src/sns/sns-service.ts';

const REGION = 'eu-west-1';
const arnOf = (service: string, resource: string) => `arn:aws:${service}:${REGION}:000000000000:${resource}`;

export const TOPIC = arnOf('sns', 'orders');
export const FUNCTION = arnOf('lambda', 'function:notify');
export const QUEUE = arnOf('sqs', 'inbox');
export const OTHER_QUEUE = arnOf('sqs', 'outbox');
export const FIFO_QUEUE = arnOf('sqs', 'inbox.fifo');
export const DEAD_LETTERS = arnOf('sqs', 'dead-letters');
export const NOW = '2026-01-02T03:04:05.678Z';

/** What came to an endpoint: the members of SendMessage, or a function's event. */
export interface Delivered {
  readonly to: string;
  readonly message: Readonly<Record<string, unknown>>;
}

/** SNS on an endpoint of its own, with queues and functions that write down what is delivered to them. */
export interface SnsHarness {
  readonly sns: Sns;
  readonly client: SNSClient;
  readonly clock: FakeClock;
  readonly delivered: readonly Delivered[];
  readonly logged: readonly string[];
  /** Waits until so much has been delivered. */
  arrived(count: number): Promise<readonly Delivered[]>;
  close(): Promise<void>;
}

export interface SnsHarnessOptions {
  /** Called with all that is delivered; may throw instead of the endpoint. */
  readonly refuse?: (delivered: Delivered) => void;
  readonly mayInvoke?: boolean;
  readonly collections?: Collections;
}

export async function startSns({
  refuse = () => undefined,
  mayInvoke = true,
  collections = memoryCollections,
}: SnsHarnessOptions = {}): Promise<SnsHarness> {
  const delivered: Delivered[] = [];
  const logged: string[] = [];
  const clock = new FakeClock(NOW);
  const take = (one: Delivered) => {
    refuse(one);
    delivered.push(one);
  };
  const note = (message: string) => void logged.push(message);
  const log = { info: note, warn: note, error: note };
  const sns = createSns({
    clock,
    accountId: '000000000000',
    region: REGION,
    log,
    collections,
    mayInvoke: () => mayInvoke,
    functions: { invokeAsync: async (to, event) => take({ to, message: JSON.parse(event) }) },
    queues: {
      call: async (_, { QueueUrl, ...message }) => take({ to: String(QueueUrl), message }),
      queueUrl: (queueName) => queueName,
    },
  });
  sns.resume();
  const endpoint: Endpoint = await startEndpoint({
    host: '127.0.0.1',
    port: 0,
    services: { sns: sns.handle },
    log,
  });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new SNSClient({ region: REGION, endpoint: endpoint.url, credentials });
  return {
    sns,
    client,
    clock,
    delivered,
    logged,
    async arrived(count) {
      await clock.runUntil(async () => delivered.length >= count);
      return delivered;
    },
    async close() {
      client.destroy();
      await endpoint.close();
      await sns.close();
    },
  };
}
